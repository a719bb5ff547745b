import { LRUCache } from 'lru-cache';
import type { Retained } from '../../ports/reflector.ts';

/**
 * Keeps what was used most recently, as much of it as fits, and releases the rest. With a thousand blueprints, their
 * compiled objects are a fifth of the memory, and compiling one of them again takes a millisecond or two.
 */
export class Retention {
  readonly #most: number;
  readonly #kept: LRUCache<Retained, Retained>;

  /**
   * @param most the most that is kept, in the unit of `use`: a whole number above 0. What was used last is kept
   * whatever
   *   its size.
   */
  constructor(most: number) {
    this.#most = most;
    this.#kept = new LRUCache({
      maxSize: most,
      dispose: (retained, _key, reason) => {
        if (reason === 'evict') retained.release();
      },
    });
  }

  /** Notes that something was used, and its size now: a whole number, 0 if there is nothing to release. */
  use(retained: Retained, size: number): void {
    // The cache takes a new size only for a new entry, and nothing that is larger than the whole.
    this.forget(retained);
    if (size > 0) this.#kept.set(retained, retained, { size: Math.min(size, this.#most) });
  }

  /** Stops keeping something, without releasing it. */
  forget(retained: Retained): void {
    this.#kept.delete(retained);
  }
}
