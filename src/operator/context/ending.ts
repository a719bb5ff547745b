import type { StatusReport } from '../../core/status/next-status.ts';
import type { Outcome } from '../../ports/outcome.ts';

/** How a reconcile ends: what follows for its key, and what the status says first. */
export interface Ending {
  outcome: Outcome;
  /** Undefined where no status is written. */
  report?: StatusReport;
  /**
   * Whether the status is written beside the next reconcile. One of a large blueprint takes the API server a fifth of a
   * second, and no drift would be repaired for as long. Default: false.
   */
  trails?: boolean;
}

/** What a phase hands to the next one, or the ending that it decided on. */
export type Phase<T> = { ok: true; value: T } | { ok: false; ending: Ending };

/** Goes on with the next phase. */
export function proceed<T>(value: T): Phase<T> {
  return { ok: true, value };
}

/** Ends the reconcile here. */
export function endWith(ending: Ending): { ok: false; ending: Ending } {
  return { ok: false, ending };
}
