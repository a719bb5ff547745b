/** What one pass over a blueprint did to the generated objects. The pass counts, and tells it once at its end. */
export interface ReconcileTally {
  /** Applies that succeeded, by cause. */
  readonly applied: { create: number; update: number; drift: number };
  /** Objects that the local copy showed to be as desired, so that nothing was sent. */
  skipped: number;
  /** Objects that were deleted. */
  pruned: number;
}

/** How a blueprint is. Numbers only: nothing of a spec, a message or an object's name. */
export interface BlueprintFigures {
  ready: boolean;
  stalled: boolean;
  suspended: boolean;
  /** Generated objects by state. */
  objects: Readonly<Record<string, number>>;
  /** Findings of bad practice by severity. */
  findings: Readonly<Record<string, number>>;
}

/** Told by each pass. Keys are `namespace/name`. */
export interface BlueprintMetrics {
  countReconcile(tally: ReconcileTally): void;
  /** Replaces what is known of a blueprint. */
  setBlueprint(key: string, figures: BlueprintFigures): void;
  /** The blueprint is gone, and nothing is shown of it any more. */
  forgetBlueprint(key: string): void;
}

/** Told by the work queue, of each key. */
export interface QueueMetrics {
  /** A key may be taken from now on. Told again when its priority rises. */
  added(key: string): void;
  /** A key comes again after its backoff. */
  retried(key: string): void;
  taken(key: string): void;
  done(key: string): void;
}

/**
 * Told of each request to the API server: its method, the answer's status, and how long it took until its answer was
 * whole, or for a watch had begun, in milliseconds. Undefined stands for no answer.
 */
export type RequestMetrics = (method: string, status: number | undefined, ms: number) => void;
