import { LRUCache } from 'lru-cache';

/** How many lines of one message are written in a second. */
const BURST = 10;

const WINDOW_MS = 1000;

/** The most messages that are told apart; lines name what they are about in fields, so that messages are few. */
const MAX_MESSAGES = 1000;

interface Window {
  since: number;
  written: number;
  /** Lines that were left out since the last that was written. */
  left: number;
}

/**
 * Keeps one trouble that a thousand blueprints have from filling the disk: of lines with the same message ten a second
 * are written, and the next one says how many were not. zap does likewise for controller-runtime, by hundreds.
 */
export class FloodGate {
  readonly #windows = new LRUCache<string, Window>({ max: MAX_MESSAGES });

  /** How many lines were left out before this one; undefined where this one is left out too. `now` is in monotonic milliseconds. */
  pass(message: string, now: number): number | undefined {
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
