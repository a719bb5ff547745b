/** A call that is pending. */
export interface Timer {
  /** Prevents the call; does nothing once it has happened. */
  cancel(): void;
}

/** The source of time. Tests pass one that they advance by hand. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch, for what people read: conditions, events. */
  now(): number;
  /** Monotonic time in milliseconds from an arbitrary start, for every duration and deadline. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds. A pending timer does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
}
