import { readFileSync } from 'node:fs';

/** How much time an expression may take, in milliseconds of the evaluator's processor. */
export const TIME_LIMIT_MS = 200;
/** How long an expression may take by the clock, in milliseconds: nothing else waits for it for longer. */
const WALL_LIMIT_MS = 2_000;
/** Of one tick that Linux counts processor time in (USER_HZ), in milliseconds. */
const TICK_MS = 10;

/**
 * Ends a process that computes for too long. It counts what the process computed, not what passed: on a busy machine an
 * innocent expression waits for a processor, or its answer for the operator.
 */
export class Deadline {
  readonly #pid: number;
  readonly #began = performance.now();
  readonly #computedBefore: number;
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;
  #passed = false;

  constructor(pid: number, end: () => void) {
    this.#pid = pid;
    this.#computedBefore = readComputedMs(pid) ?? 0;
    this.#end = end;
    this.#lookAfter(TIME_LIMIT_MS);
  }

  /** Whether the process was ended. */
  get passed(): boolean {
    return this.#passed;
  }

  cancel(): void {
    this.#cancelled = true;
    clearTimeout(this.#timer);
  }

  #lookAfter(ms: number): void {
    this.#timer = setTimeout(() => {
      // The answer may be here already: after a long block, timers come before messages.
      setImmediate(() => {
        setImmediate(() => {
          this.#look();
        });
      });
    }, ms);
  }

  #look(): void {
    if (this.#cancelled) return;
    const passed = performance.now() - this.#began;
    // Where there is no /proc, time passes for computing.
    const computed = (readComputedMs(this.#pid) ?? Infinity) - this.#computedBefore;
    if (computed < TIME_LIMIT_MS && passed < WALL_LIMIT_MS) {
      this.#lookAfter(Math.max(TICK_MS, TIME_LIMIT_MS - computed));
      return;
    }
    this.#passed = true;
    this.#end();
  }
}

/** How long a process has computed, in milliseconds; undefined where the system does not say. */
function readComputedMs(pid: number): number | undefined {
  try {
    // After the name, which may hold spaces: fields 14 and 15 of proc(5).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}
