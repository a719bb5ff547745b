/** Where a value of a list or map stands in a text, as offsets in UTF-16 units. */
export interface Spot {
  /** Where its key begins; the item itself in a list. */
  readonly key: number;
  readonly value: number;
}

/**
 * Where the values of documents stand. It is filled while they are read, where somebody wants to know. What an alias
 * stands for, or `<<` merges, stands where it is written.
 */
export class Places {
  readonly #spots = new WeakMap<object, Map<string | number, Spot>>();
  /** The offset in the whole text of the part that is read at the moment. */
  base = 0;

  /** Notes where a value of a list or map stands. The offsets are counted from {@link base}. */
  note(holder: object, step: string | number, key: number, value = key): void {
    this.#set(holder, step, { key: this.base + key, value: this.base + value });
  }

  /** Notes that a key of one map was merged from another. */
  noteMerged(holder: object, key: string, from: object): void {
    const spot = this.find(from, key);
    if (spot !== undefined) this.#set(holder, key, spot);
  }

  /** Where a value of a list or map stands; undefined where that was not noted. */
  find(holder: object, step: string | number): Spot | undefined {
    return this.#spots.get(holder)?.get(step);
  }

  #set(holder: object, step: string | number, spot: Spot): void {
    const spots = this.#spots.get(holder) ?? new Map<string | number, Spot>();
    spots.set(step, spot);
    if (spots.size === 1) this.#spots.set(holder, spots);
  }
}
