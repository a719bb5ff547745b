/** The pauses between retries: they double from a base to a cap, with jitter, until there is progress again. */
export class RetryDelay {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  /**
   * @param baseMs the longest first pause, in milliseconds.
   * @param maxMs the longest pause of all, in milliseconds.
   * @param random answers a number in [0, 1).
   */
  constructor(baseMs: number, maxMs: number, random: () => number) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /**
   * The next pause in milliseconds: between half and the whole of what it grew to, so that many clients of a server
   * that was away do not come back together.
   *
   * @param atLeastMs what the server asked for by Retry-After.
   * @param atMostMs the longest pause after a failure like this one. Default: the longest of all.
   */
  next(atLeastMs = 0, atMostMs = this.#maxMs): number {
    const longest = Math.min(this.#maxMs, atMostMs, this.#baseMs * 2 ** this.#attempts++);
    return Math.max(atLeastMs, longest * (1 - this.#random() / 2));
  }

  /** Begins at the base again. */
  reset(): void {
    this.#attempts = 0;
  }
}
