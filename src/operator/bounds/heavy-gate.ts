/** How soon a blueprint that waits for its turn comes back, and how much later each one behind it; in milliseconds. */
const PAUSE_MS = 250;
const LATER_MS = 50;

/**
 * Lets one large blueprint be reconciled at a time, in the order in which they came: what one takes in memory, all
 * workers together would not have. The others do not hold a worker while they wait, and small blueprints never wait.
 */
export class HeavyGate {
  #inside: string | undefined;
  /** The keys that wait, the first one first. */
  readonly #waiting = new Set<string>();

  /** Lets a blueprint in; false where it is another one's turn, and it has to come back. */
  enter(key: string): boolean {
    const [first = key] = this.#waiting;
    if (this.#inside === undefined && first === key) {
      this.#waiting.delete(key);
      this.#inside = key;
    } else if (this.#inside !== key) this.#waiting.add(key);
    return this.#inside === key;
  }

  /** In how many milliseconds a blueprint that waits has to come back. */
  pauseOf(key: string): number {
    return PAUSE_MS + LATER_MS * [...this.#waiting].indexOf(key);
  }

  /** Lets a blueprint out, or takes it from those that wait: it is reconciled, or gone. */
  leave(key: string): void {
    if (this.#inside === key) this.#inside = undefined;
    this.#waiting.delete(key);
  }
}
