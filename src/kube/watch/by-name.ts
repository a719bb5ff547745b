/**
 * Values by the namespace and name of an object. Namespaces come first, so that those of one are found without the
 * others, and a look-up joins no strings: a reconcile makes thousands of them.
 */
export class ByName<T> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param namespace undefined for an object of the cluster. */
  get(namespace: string | undefined, name: string): T | undefined {
    return this.#namespaces.get(namespace ?? '')?.get(name);
  }

  has(namespace: string | undefined, name: string): boolean {
    return this.#namespaces.get(namespace ?? '')?.has(name) === true;
  }

  /** Sets a value, which keeps the place of the one before it. */
  set(namespace: string | undefined, name: string, value: T): void {
    const key = namespace ?? '';
    let names = this.#namespaces.get(key);
    if (names === undefined) this.#namespaces.set(key, (names = new Map<string, T>()));
    const before = names.size;
    names.set(name, value);
    this.#size += names.size - before;
  }

  delete(namespace: string | undefined, name: string): void {
    const key = namespace ?? '';
    const names = this.#namespaces.get(key);
    if (names?.delete(name) !== true) return;
    this.#size -= 1;
    if (names.size === 0) this.#namespaces.delete(key);
  }

  clear(): void {
    this.#namespaces.clear();
    this.#size = 0;
  }

  /** All values, or those of one namespace. What is set or deleted meanwhile may be left out. */
  *entries(namespace?: string): IterableIterator<[namespace: string, name: string, value: T]> {
    const all = namespace === undefined ? this.#namespaces.keys() : [namespace];
    for (const each of all)
      for (const [name, value] of this.#namespaces.get(each) ?? []) yield [each, name, value];
  }
}
