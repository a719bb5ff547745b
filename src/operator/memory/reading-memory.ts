/** The most objects that one reconcile reads from the API server because they are not watched. */
const MOST_READS = 100;

/** How long answers about what was read stand at least, in milliseconds. */
const LEAST_AGE_MS = 1_000;

/** What was read of one object: for each that waits for it, in what ways it is not ready. */
type Answer = readonly (readonly string[])[];

/**
 * What was last read of the objects that one blueprint waits for and that are not watched. A reconcile reads some of
 * them, those first that were read longest ago, and takes the rest from here.
 */
export class ReadingMemory {
  #version = '';
  #readAt = -Infinity;
  /** By the ids of the objects, the one that was read longest ago first. */
  readonly #answers = new Map<string, Answer>();

  /** Forgets what is about another version of what the blueprint compiles to. */
  keepOnly(version: string): void {
    if (version === this.#version) return;
    this.#answers.clear();
    this.#version = version;
  }

  /**
   * Chooses which objects to read now.
   *
   * @param ids the objects that are not watched
   * @param now monotonic milliseconds
   */
  chooseDue(ids: readonly string[], now: number): ReadonlySet<string> {
    const wanted = new Set(ids);
    for (const id of this.#answers.keys()) if (!wanted.has(id)) this.#answers.delete(id);
    const due = ids.filter((id) => !this.#answers.has(id));
    if (now - this.#readAt >= LEAST_AGE_MS) {
      due.push(...this.#answers.keys());
      this.#readAt = now;
    }
    return new Set(due.slice(0, MOST_READS));
  }

  /** What was last read of an object; undefined where nothing was. */
  find(id: string): Answer | undefined {
    return this.#answers.get(id);
  }

  /** Records what was read of an object. */
  record(id: string, answer: Answer): void {
    this.#answers.delete(id);
    this.#answers.set(id, answer);
  }
}
