/**
 * Whether this process leads, and for how long that is certain. All times are in milliseconds, by a monotonic clock.
 */
export interface Leadership {
  /** How long this process is sure to lead; 0 when it does not. A call that finds the time over ends the leadership. */
  remainingMs(): number;
  /** For how long after that, at least, nobody else can lead. */
  readonly marginMs: number;
}

/** Makes sure that at most one of several processes leads. */
export interface LeaderElector extends Leadership {
  /** Reads who leads, without competing. Never rejects. */
  observe(): Promise<void>;
  /**
   * Competes until this process leads. `freeSince` is the time from which on nobody else can have led; the answer is
   * undefined when `stop` comes first. Call it once.
   */
  lead(): Promise<{ freeSince: number } | undefined>;
  /** Resolves with the reason, in words, when leadership is lost. It does not come back. */
  readonly lost: Promise<string>;
  /**
   * Ends the candidacy or the leadership. Never rejects.
   *
   * @param drained whether every write has ended. If not, the lease is not released: others take over once it has
   *   expired.
   */
  stop(drained: boolean): Promise<void>;
}
