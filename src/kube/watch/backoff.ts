/** The pauses between retries. They double from a base to a limit, with jitter, until they are reset. */
export class Backoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  /**
   * @param baseMs the longest first pause, in milliseconds.
   * @param maxMs the longest pause of all, in milliseconds.
   * @param random returns a number in [0, 1).
   */
  constructor(baseMs: number, maxMs: number, random: () => number) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /**
   * The next pause in milliseconds: between half of what it has grown to and all of it, so that the many clients of a
   * server that was away do not return together.
   *
   * @param atLeastMs the pause that the server asks for by Retry-After, in milliseconds. Default: 0.
   * @param atMostMs the longest pause after a failure like this one, in milliseconds. Default: the longest of all.
   */
  next(atLeastMs = 0, atMostMs = this.#maxMs): number {
    const longest = Math.min(this.#maxMs, atMostMs, this.#baseMs * 2 ** this.#attempts++);
    return Math.max(atLeastMs, longest * (1 - this.#random() / 2));
  }

  /** Makes the next pause start from the base again. */
  reset(): void {
    this.#attempts = 0;
  }
}
