/** How far the pruning of objects came, in words that a status can take. */
export interface PruneProgress {
  /** Ids of objects that are gone, or were never ours. */
  gone: ReadonlySet<string>;
  /** Objects that are still there, each with what it waits for. */
  waiting: readonly string[];
  /** Objects that could not be deleted, or what else could not be done with them. Default: `deleted`. */
  failures: readonly { object: string; error: Error; step?: string }[];
  /** How soon to look again at what waits, in milliseconds, should no watch report it. */
  requeueAfterMs: number;
}
