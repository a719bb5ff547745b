/** What one reconcile of a blueprint did to the generated objects. It is counted once, at the end of the reconcile. */
export interface ReconcileTally {
  /** Successful applies, by cause. */
  readonly applied: { create: number; update: number; drift: number };
  /** Objects that matched the desired state in the local copy, so that no request was sent. */
  skipped: number;
  /** Objects that were deleted. */
  pruned: number;
}

/** The state of a blueprint in numbers. It holds nothing of a spec, no message, and no name of an object. */
export interface BlueprintFigures {
  ready: boolean;
  stalled: boolean;
  suspended: boolean;
  /** The number of generated objects, by state. */
  objects: Readonly<Record<string, number>>;
  /** The number of lint findings, by severity. */
  findings: Readonly<Record<string, number>>;
  /** Since when the change that has waited longest waits at a gate, by gate, in milliseconds since the epoch. */
  waitingSince: Readonly<Record<string, number>>;
}

/** Takes the figures of each reconcile. Keys are `namespace/name`. */
export interface BlueprintMetrics {
  /** Adds what a reconcile did. */
  countReconcile(tally: ReconcileTally): void;
  /** Replaces the figures of a blueprint. */
  setBlueprint(key: string, figures: BlueprintFigures): void;
  /** Removes the figures of a blueprint that is gone. */
  forgetBlueprint(key: string): void;
}

/** Called by the work queue, with each key. */
export interface QueueMetrics {
  /** A key may be taken from now on. Called again when its priority rises. */
  added(key: string): void;
  /** A key was added with a backoff. */
  retried(key: string): void;
  /** A worker has taken a key. */
  taken(key: string): void;
  /** The work on a key is over. */
  done(key: string): void;
}

/**
 * Called after each request to the API server with its method, the status of the answer (undefined when there was
 * none), and the time until the answer was complete, or for a watch until it began, in milliseconds.
 */
export type RequestMetrics = (method: string, status: number | undefined, ms: number) => void;
