import { hashText } from './hash.ts';
import { type Remark, compareRemarks } from './path.ts';

/** The most remarks that are counted beside those that are kept. */
const MAX_COUNTED = 10_000;

/**
 * Remarks, each once: the first in order are kept, the others only counted. Takes bounded memory, whatever is added.
 */
export class FirstRemarks<T extends Remark> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();
  /** The hashes of the remarks that are only counted. */
  readonly #counted = new Set<number>();
  /** The last remark that is kept, once there were more. */
  #last: Remark | undefined;

  /** `most` is how many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many remarks there are; at least so many where {@link full}. */
  get size(): number {
    return this.#kept.size + this.#counted.size;
  }

  /** Whether there are too many to count. */
  get full(): boolean {
    return this.#counted.size >= MAX_COUNTED;
  }

  /**
   * Adds a remark. Returns the kept one of its path, rule and message, which is the remark itself where it is new;
   * undefined where it is only counted.
   */
  add(remark: T): T | undefined {
    const key = `${remark.path}\n${remark.rule}\n${remark.message}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (this.#last !== undefined && compareRemarks(remark, this.#last) > 0) {
      this.#count(key);
      return undefined;
    }
    this.#kept.set(key, remark);
    if (this.#kept.size >= 2 * this.#most) this.#dropLast();
    return remark;
  }

  /** Whether one of the kept remarks has this path and rule. */
  has({ path, rule }: Pick<Remark, 'path' | 'rule'>): boolean {
    for (const remark of this.#kept.values()) if (remark.path === path && remark.rule === rule) return true;
    return false;
  }

  /** The first remarks in order. */
  list(): T[] {
    return this.#sorted()
      .slice(0, this.#most)
      .map(([, remark]) => remark);
  }

  /**
   * How many there are beside those of {@link list}, in words: `12`, `at least 10000`; undefined where there are none.
   */
  describeMore(): string | undefined {
    const more = this.size - this.#most;
    if (more <= 0) return undefined;
    return this.full ? `at least ${MAX_COUNTED}` : String(more);
  }

  #sorted(): [string, T][] {
    return [...this.#kept].sort(([, a], [, b]) => compareRemarks(a, b));
  }

  #dropLast(): void {
    const sorted = this.#sorted();
    for (const [key] of sorted.slice(this.#most)) {
      this.#kept.delete(key);
      this.#count(key);
    }
    this.#last = sorted[this.#most - 1]?.[1];
  }

  #count(key: string): void {
    if (!this.full) this.#counted.add(hashText(key));
  }
}
