import { LRUCache } from 'lru-cache';

/** How many lines with the same message are written in a second. */
const BURST = 10;

const WINDOW_MS = 1000;

/** The most messages that are counted. There are few, because lines name what they are about in fields. */
const MAX_MESSAGES = 1000;

interface Window {
  since: number;
  written: number;
  /** How many lines were dropped since the last one that was written. */
  left: number;
}

/**
 * Limits repeated messages, so that one failure of a thousand blueprints does not fill the disk. Of the lines with the
 * same message, ten a second are written, and the next one says how many were dropped. controller-runtime has zap do
 * the same, with a limit of a hundred.
 */
export class LogSampler {
  readonly #windows = new LRUCache<string, Window>({ max: MAX_MESSAGES });

  /** Counts a line. Answers how many were dropped before it; undefined if it is dropped, too. `now`: monotonic ms. */
  sample(message: string, now: number): number | undefined {
    const window = this.#windowOf(message, now);
    if (window.written >= BURST) {
      window.left++;
      return undefined;
    }
    window.written++;
    const { left } = window;
    window.left = 0;
    return left;
  }

  #windowOf(message: string, now: number): Window {
    const known = this.#windows.get(message);
    if (known !== undefined && now - known.since < WINDOW_MS) return known;
    const window = { since: now, written: 0, left: known?.left ?? 0 };
    this.#windows.set(message, window);
    return window;
  }
}
