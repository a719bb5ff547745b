import type { Clock } from '../ports/clock.ts';

/** How many kinds can be sought at once, and how many milliseconds later one more. */
const BURST = 10;
const REFILL_MS = 1000;

/** How long a kind that was missing is not sought again, in milliseconds. */
const MISSING_MS = 5000;

/** The most missing kinds that are remembered. When there are more, all are forgotten. */
const MOST_MISSING = 1000;

/** Bounds how often the cluster is asked for kinds that it may not serve. */
export class SeekAllowance {
  readonly #clock: Clock;
  /** Until when a kind is not sought again, in monotonic milliseconds. */
  readonly #missing = new Map<string, number>();
  /** When the last of the allowance will have come back, in monotonic milliseconds. */
  #fullAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a kind may be sought now; if so, that is counted. */
  take(kind: string): boolean {
    const now = this.#clock.monotonic();
    if (now < (this.#missing.get(kind) ?? -Infinity)) return false;
    if (this.#fullAt - now > (BURST - 1) * REFILL_MS) return false;
    this.#fullAt = Math.max(this.#fullAt, now) + REFILL_MS;
    return true;
  }

  /** Notes that a kind was sought, and is not served. */
  noteMissing(kind: string): void {
    if (this.#missing.size >= MOST_MISSING) this.#missing.clear();
    this.#missing.set(kind, this.#clock.monotonic() + MISSING_MS);
  }
}
