import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** How often the process is looked at, in milliseconds. */
const LOOK_MS = 5_000;

/** The process is quiet while it uses no more than this share of a processor. */
const QUIET = 0.1;

/** By how much the heap has to have grown since it was last collected, in bytes, to be worth the pause. */
const GROWN_BYTES = 24_000_000;

/** How long it rests after a collection, in milliseconds. One of a heap of 100 MB takes about half a second. */
const REST_MS = 60_000;

/** What a process has used so far. */
export interface Usage {
  /** Monotonic milliseconds. */
  at: number;
  /** Milliseconds of a processor. */
  computedMs: number;
  /** What V8 has taken from the system for its heap, in bytes. */
  heapBytes: number;
}

/**
 * Decides when the heap is worth a collection that gives memory back. After a cold start of a thousand blueprints a
 * third of the heap is emptied pages, which V8 keeps; while nothing happens, nobody waits for the pause.
 */
export class QuietHeap {
  #before: Usage | undefined;
  /** What was left of the heap, and when, after the last collection. */
  #left = { heapBytes: 0, at: -Infinity };

  /** Whether to collect now. Call it every few seconds. */
  isDue(usage: Usage): boolean {
    const before = this.#before;
    this.#before = usage;
    if (before === undefined || usage.at - this.#left.at < REST_MS) return false;
    const share = (usage.computedMs - before.computedMs) / (usage.at - before.at);
    return share <= QUIET && usage.heapBytes - this.#left.heapBytes >= GROWN_BYTES;
  }

  /** Records what a collection has left. */
  record({ heapBytes, at }: Usage): void {
    this.#left = { heapBytes, at };
  }
}

/** Has the heap of this process collected when it is worth it, for as long as the process lives. */
export function collectWhileQuiet(collect: () => void, clock: Clock, logger: Logger): void {
  const heap = new QuietHeap();
  const look = (): void => {
    const before = readUsage(clock);
    if (heap.isDue(before)) {
      collect();
      const after = readUsage(clock);
      heap.record(after);
      const [fromMb, toMb] = [before, after].map(({ heapBytes }) => Math.round(heapBytes / 1e6));
      logger.debug('gave memory back', { fromMb, toMb, ms: Math.round(after.at - before.at) });
    }
    clock.after(LOOK_MS, look);
  };
  look();
}

function readUsage(clock: Clock): Usage {
  const { user, system } = process.cpuUsage();
  const { heapTotal } = process.memoryUsage();
  return { at: clock.monotonic(), computedMs: (user + system) / 1000, heapBytes: heapTotal };
}
