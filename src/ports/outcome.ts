/**
 * How the reconcile of one key ended. What happens to the key next follows from this alone; success and waiting are
 * never thrown.
 */
export type Outcome =
  /** The cluster is as it should be. Looked at again after `requeueAfterMs`, or when something changes. */
  | ({ kind: 'done'; requeueAfterMs?: number | undefined } & Trailing)
  /** Something else has to happen first. Looked at again when it does, and after `requeueAfterMs` at the latest. */
  | ({ kind: 'waiting'; reason: string; requeueAfterMs?: number | undefined } & Trailing)
  /** Only a change by somebody helps: not retried until something changes. */
  | { kind: 'stalled'; reason: string }
  /** Retried with backoff, which grows until another outcome. */
  | { kind: 'failed'; error: Error };

/** What of a reconcile goes on when it is over. */
export interface Trailing {
  /**
   * Goes on beside: the key is free for the next reconcile meanwhile. Rejects where the key has to be retried, as after
   * a failed reconcile.
   */
  trailing?: Promise<void> | undefined;
}
