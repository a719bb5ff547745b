/** Below this many taken slots a compaction would cost more than the memory it frees. */
const worthCompacting = 64;

/** A first-in-first-out queue with constant-time operations; `Array.shift` moves every element that is left. */
export class Fifo<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#slots.length - this.#head;
  }

  push(value: T): void {
    this.#slots.push(value);
  }

  /** The oldest element, or undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const value = this.#slots[this.#head];
    this.#slots[this.#head++] = undefined;
    if (this.#head >= worthCompacting && this.#head * 2 >= this.#slots.length) {
      this.#slots = this.#slots.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }
}
