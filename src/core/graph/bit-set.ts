/** A set of the numbers below `size`. */
export class BitSet {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  has(bit: number): boolean {
    return (((this.#words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  /** Adds a number. */
  add(bit: number): this {
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    return this;
  }

  /** Adds all numbers of another set of the same size. */
  cover(others: BitSet): this {
    const words = this.#words;
    const more = others.#words;
    for (let i = 0; i < more.length; i++) words[i] = (words[i] ?? 0) | (more[i] ?? 0);
    return this;
  }

  /** The numbers in the set, the lowest first. */
  list(): number[] {
    const found: number[] = [];
    for (const [i, word] of this.#words.entries())
      for (let left = word; left !== 0; left &= left - 1) found.push(i * 32 + 31 - Math.clz32(left & -left));
    return found;
  }
}
