/** An element of a {@link DelayHeap}. */
export interface Delayed {
  /** When the element is due: monotonic time, in milliseconds. */
  dueMs: number;
  /** Its index in the heap; -1 when it is in no heap. Only the heap writes it. */
  heapIndex: number;
}

/**
 * A binary heap ordered by due time. Reading `first` takes constant time, adding and removing an element O(log n). Any
 * element can be removed, because each one knows its index.
 */
export class DelayHeap<T extends Delayed> {
  readonly #items: T[] = [];

  /** The element that is due first; undefined when the heap is empty. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Adds an element that is in no heap. */
  push(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Removes an element; does nothing when it is not in the heap. */
  remove(item: T): void {
    const hole = item.heapIndex;
    if (hole < 0) return;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === undefined || last === item) return;
    this.#rise(last, hole);
    this.#sink(last, last.heapIndex);
  }

  #rise(item: T, start: number): void {
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || parent.dueMs <= item.dueMs) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(item, index);
  }

  #sink(item: T, start: number): void {
    let index = start;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || child.dueMs >= item.dueMs) break;
      const childIndex = child.heapIndex;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(item, index);
  }

  #earlierChild(index: number): T | undefined {
    const left = this.#items[2 * index + 1];
    const right = this.#items[2 * index + 2];
    return left !== undefined && right !== undefined && right.dueMs < left.dueMs ? right : left;
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}
