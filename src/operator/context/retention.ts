/** Something that can be let go, for it can be made anew. */
export interface Retained {
  /** Lets go of it. */
  release(): void;
}

/**
 * Keeps what was used last, as much of it as fits, and has the rest released. With a thousand blueprints what was compiled
 * of all of them is a fifth of the memory, and compiling one that changes anew takes a millisecond or two.
 */
export class Retention {
  readonly #most: number;
  readonly #sizes = new Map<Retained, number>();
  #total = 0;

  /** @param most the most that is kept, in the unit of `use`. The one used last is kept whatever its size. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Says that something of a size is used now. */
  use(retained: Retained, size: number): void {
    this.forget(retained);
    this.#sizes.set(retained, size);
    this.#total += size;
    for (const oldest of this.#sizes.keys()) {
      if (this.#total <= this.#most || oldest === retained) return;
      this.forget(oldest);
      oldest.release();
    }
  }

  /** Says that something is gone. */
  forget(retained: Retained): void {
    this.#total -= this.#sizes.get(retained) ?? 0;
    this.#sizes.delete(retained);
  }
}
