import type { HistoryEntry } from '../../api/schema/status.ts';

/** The most versions that the history holds. */
const MAX_VERSIONS = 5;

/** How far the reconcile of one version of the desired state has come. */
export interface Progress {
  /** The digest of the desired state. */
  digest: string;
  /** The generation of the blueprint. */
  generation: number;
  /** The reason of the condition Ready. */
  reason: string;
}

/**
 * Records the progress of a version in the history, newest entry first. A version other than the latest gets a new
 * entry; otherwise the latest entry is updated. Returns the same list if nothing changes, so that a reconcile without
 * changes writes no status. `now` is RFC 3339.
 */
export function recordProgress(
  history: readonly HistoryEntry[],
  { digest, generation, reason }: Progress,
  now: string,
): readonly HistoryEntry[] {
  const [last, ...older] = history;
  if (last?.digest !== digest) {
    const entry = {
      digest,
      generation,
      firstReconciled: now,
      lastReconciled: now,
      lastReconciledStatus: reason,
    };
    return [entry, ...history].slice(0, MAX_VERSIONS);
  }
  if (last.lastReconciledStatus === reason) return history;
  return [{ ...last, lastReconciled: now, lastReconciledStatus: reason }, ...older];
}
