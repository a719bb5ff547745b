/** The bytes that the manifests of a blueprint may take, of which parts of the compiler spend some. */
export class Budget {
  readonly #limit: number;
  readonly #cheap: number;
  #spent: number;

  /**
   * @param spent what is spent already
   * @param cheap what all work together may make where it is to be cheap. Default: it need not be.
   */
  constructor(limit: number, spent = 0, cheap = Infinity) {
    this.#limit = limit;
    this.#spent = spent;
    this.#cheap = cheap;
  }

  /** Ends work that is to be cheap, by {@link NotCheap}, before it makes so many more bytes than it may. */
  foresee(bytes: number): void {
    if (this.#spent + bytes > this.#cheap) throw new NotCheap();
  }

  /** Spends so many bytes; false, and nothing is spent, where there is no room for them. */
  spend(bytes: number): boolean {
    if (this.#spent + bytes > this.#limit) return false;
    this.#spent += bytes;
    return true;
  }

  /** Says in a message why so many more bytes are too many. */
  describe(bytes: number): string {
    return `with them all manifests would take about ${describeBytes(this.#spent + bytes)}, and ${describeBytes(this.#limit)} are allowed`;
  }
}

/** Ends work that is to be cheap and is not. */
export class NotCheap extends Error {}

/** A number of bytes for people: `12 kB`, `3.4 MB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return `${(Math.ceil(bytes / 100_000) / 10).toString()} MB`;
}
