/** Lower numbers are handed out first. */
export const Priority = {
  /** The user changed what is wanted. */
  Spec: 0,
  /** Something happened to a generated object. */
  Event: 1,
  /** A resync or a retry: nobody waits for it. */
  Resync: 2,
} as const;

/** One of {@link Priority}. */
export type Priority = (typeof Priority)[keyof typeof Priority];

/**
 * Keys that wait to be reconciled. A key is held once however often it is added, and is never handed to two
 * workers at a time: a key added while it is being worked on comes again after `done`.
 */
export interface WorkQueue {
  /** Adds a key now, or raises the priority of one that waits. */
  add(key: string, priority: Priority): void;
  /** Adds a key after `ms` milliseconds; of several, the earliest counts. */
  addAfter(key: string, ms: number, priority: Priority): void;
  /**
   * Adds a key after its backoff, which grows with each call until `forget`. Answers the delay in milliseconds.
   *
   * @param atMostMs the longest backoff after a failure like this one, in milliseconds. Default: the queue's longest.
   */
  addRateLimited(key: string, atMostMs?: number): number;
  /** Ends a key's backoff. */
  forget(key: string): void;
  /** The next key, or undefined when the queue is shut down. */
  take(): Promise<string | undefined>;
  /** Says that the work on a taken key is over. */
  done(key: string): void;
  /** How many keys wait to be taken now. */
  readonly depth: number;
  /** Refuses new keys and wakes every waiting `take`. */
  shutDown(): void;
}
