/** With fewer empty slots than this, a compaction costs more than the memory that it frees. */
const worthCompacting = 64;

/** A first-in-first-out queue with constant-time operations. (`Array.shift` moves every remaining element.) */
export class Fifo<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;

  /** How many elements wait. */
  get length(): number {
    return this.#slots.length - this.#head;
  }

  /** Adds an element at the end. */
  push(value: T): void {
    this.#slots.push(value);
  }

  /** Takes the oldest element; undefined when there is none. */
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
