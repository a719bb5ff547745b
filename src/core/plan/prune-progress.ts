/** How far the pruning of objects came, in words that a status can take. */
export interface PruneProgress {
  /** Ids of objects that are gone, or were never ours. */
  gone: ReadonlySet<string>;
  /** Objects that are still there, each with what it waits for. */
  waiting: readonly string[];
  /** Objects that could not be deleted. */
  failures: readonly { object: string; error: Error }[];
  /** How soon to look again at what waits, in milliseconds, should no watch report it. */
  requeueAfterMs: number;
}
