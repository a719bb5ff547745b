import type { Status } from '../../api/schema/status.ts';
import type { Finding } from '../../core/lint/lint.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import type { ReconcileTally } from '../../ports/metrics.ts';
import type { Outcome } from '../../ports/outcome.ts';

/** The part of a context that changes while its blueprint is reconciled. Each field names its one writer. */
export class Progress {
  /** The stored inventory, as far as it is known. Written where it is read, recovered, or stored with the status. */
  tracked: readonly Tracked[];
  /** The stored status, or the one about to be stored. Written by the writer of the status. */
  status: Status | undefined;
  /** A status that is still being written when the reconcile is over. Written by the writer of the status. */
  trailing: Promise<void> | undefined;
  /** What the lint rules found; undefined until they ran. Written by the lint phase. */
  findings: readonly Finding[] | undefined;
  /**
   * The public key of the age pair: null where there is none, undefined until it was read. Written by the compile
   * phase.
   */
  ageRecipient: string | null | undefined;
  /** What was done so far. Counted where it is done. */
  readonly tally: ReconcileTally = { applied: { create: 0, update: 0, drift: 0 }, skipped: 0, pruned: 0 };
  #requeueAfterMs = Infinity;

  constructor(tracked: readonly Tracked[], status: Status | undefined) {
    this.tracked = tracked;
    this.status = status;
  }

  /** Makes the blueprint be reconciled again within `ms` milliseconds. */
  requeueWithin(ms: number): void {
    this.#requeueAfterMs = Math.min(this.#requeueAfterMs, ms);
  }

  /** The outcome with the requeue that was asked for, and with the status that is still being written. */
  complete(outcome: Outcome): Outcome {
    const { trailing } = this;
    const requeueAfterMs = this.#requeueAfterMs;
    if (outcome.kind === 'failed') return outcome;
    if (outcome.kind === 'stalled')
      return requeueAfterMs === Infinity
        ? outcome
        : { ...outcome, kind: 'waiting', requeueAfterMs, trailing };
    const soonest = Math.min(requeueAfterMs, outcome.requeueAfterMs ?? Infinity);
    return { ...outcome, requeueAfterMs: soonest === Infinity ? undefined : soonest, trailing };
  }
}
