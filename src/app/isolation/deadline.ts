import { readFileSync } from 'node:fs';

/** How much time something may take. */
export interface TimeLimits {
  /** Of the processor, in milliseconds. */
  computedMs: number;
  /** By the clock, in milliseconds: nothing else waits for it for longer. */
  passedMs: number;
}

/** Of one tick that Linux counts processor time in (USER_HZ), in milliseconds. */
const TICK_MS = 10;

/** The longest pause between two looks, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Ends a process that computes for too long. It counts what the process computed, not what passed: on a busy machine
 * innocent work waits for a processor, or its answer for the operator.
 */
export class Deadline {
  readonly #pid: number;
  readonly #limits: TimeLimits;
  readonly #began = performance.now();
  readonly #computedBefore: number;
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;
  #passed = false;

  /** Begins to count, and calls `end` once a limit has passed. */
  constructor(pid: number, limits: TimeLimits, end: () => void) {
    this.#pid = pid;
    this.#limits = limits;
    this.#computedBefore = readComputedMs(pid) ?? 0;
    this.#end = end;
    this.#lookAfter(limits.computedMs);
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
    this.#timer = setTimeout(
      () => {
        // The answer may be here already: after a long block, timers come before messages.
        setImmediate(() => {
          setImmediate(() => {
            this.#look();
          });
        });
      },
      Math.min(LOOK_MS, Math.max(TICK_MS, ms)),
    );
  }

  #look(): void {
    if (this.#cancelled) return;
    const passed = performance.now() - this.#began;
    // Where there is no /proc, time passes for computing.
    const computed = Math.min(passed, (readComputedMs(this.#pid) ?? Infinity) - this.#computedBefore);
    const { computedMs, passedMs } = this.#limits;
    if (computed < computedMs && passed < passedMs) {
      this.#lookAfter(Math.min(computedMs - computed, passedMs - passed));
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
