/** Priorities of keys. Lower numbers are handed out first. */
export const Priority = {
  /** A user changed the spec. */
  Spec: 0,
  /** Something happened to a generated object. */
  Event: 1,
  /** A resync or a retry, which nobody waits for. */
  Resync: 2,
} as const;

/** One of {@link Priority}. */
export type Priority = (typeof Priority)[keyof typeof Priority];

/**
 * Keys that wait to be reconciled. The queue holds a key once, however often it is added, and never hands it to two
 * workers at a time: a key that is added while a worker has it is handed out again after `done`.
 */
export interface WorkQueue {
  /** Has a queue that was made closed take keys in from now on. */
  open(): void;
  /**
   * Adds a key to be handed out now. If it waits already, it is handed out no later, and its priority can only rise.
   */
  add(key: string, priority: Priority): void;
  /** Adds a key to be handed out after `ms` milliseconds. Of several times for a key, the earliest counts. */
  addAfter(key: string, ms: number, priority: Priority): void;
  /**
   * Adds a key to be handed out after its backoff, which grows with each call until `forget`. Answers with the backoff,
   * in milliseconds.
   *
   * @param atMostMs the longest backoff after a failure like this one, in milliseconds. Default: the queue's longest.
   */
  addRateLimited(key: string, atMostMs?: number): number;
  /** Resets the backoff of a key. */
  forget(key: string): void;
  /** Resolves with the next key, or with undefined once the queue is shut down. */
  take(): Promise<string | undefined>;
  /** Ends the work on a key that was taken. */
  done(key: string): void;
  /** How many keys could be taken now. */
  readonly depth: number;
  /** Refuses new keys, and resolves every pending `take`. */
  shutDown(): void;
}
