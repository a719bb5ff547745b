/**
 * How the reconcile of one key ended. When the key is reconciled next follows from this alone. Success and waiting are
 * never thrown.
 */
export type Outcome =
  /** The cluster is in the desired state. Reconciled again after `requeueAfterMs`, or when something changes. */
  | ({ kind: 'done'; requeueAfterMs?: number | undefined } & Trailing)
  /** Something else has to happen first. Reconciled again when it does, and after `requeueAfterMs` at the latest. */
  | ({ kind: 'waiting'; reason: string; requeueAfterMs?: number | undefined } & Trailing & Awaited)
  /** Only a change by somebody can help: not retried until something changes. */
  | { kind: 'stalled'; reason: string }
  /** Retried with a backoff that grows until there is another outcome. */
  | { kind: 'failed'; error: Error };

/** What a reconcile waits for that no watch reports. */
export interface Awaited {
  /** Reconciled again when this resolves; it never rejects. Default: nothing. */
  until?: Promise<unknown> | undefined;
}

/** What is still under way when a reconcile ends. */
export interface Trailing {
  /**
   * Work that continues, such as a write of the status, while the key is free for its next reconcile. If it rejects,
   * the key is retried as after a failed reconcile. Default: nothing continues.
   */
  trailing?: Promise<void> | undefined;
}
