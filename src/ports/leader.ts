/** Whether this process leads, and for how long that is certain. All times are monotonic, in milliseconds. */
export interface Leadership {
  /** How long this process surely leads yet; 0 when it does not. Leadership that is found to be over is lost by that. */
  remainingMs(): number;
  /** How long after that, at least, nobody else can lead. */
  readonly marginMs: number;
}

/** Sees to it that of several processes at most one leads. */
export interface LeaderElector extends Leadership {
  /** Looks who leads, without trying to. Never rejects. */
  look(): Promise<void>;
  /**
   * Tries until this process leads. Answers since when nobody else can have led; undefined when it is stopped before.
   * Call it once.
   */
  lead(): Promise<{ freeSince: number } | undefined>;
  /** Resolves with the reason, in words, when leadership is lost; it does not come back. */
  readonly lost: Promise<string>;
  /**
   * Ends the candidacy or the leadership. Never rejects.
   *
   * @param settled whether all that was written is over. If not, nobody is told that leadership is free: others take
   *   over when the lease has run out.
   */
  stop(settled: boolean): Promise<void>;
}
