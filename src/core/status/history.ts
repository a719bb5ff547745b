import type { HistoryEntry } from '../../api/schema/status.ts';

/** The most versions that are remembered. */
const MAX_VERSIONS = 5;

/** Where a version of what is wanted has come. */
export interface Progress {
  digest: string;
  generation: number;
  /** The reason of the condition Ready. */
  reason: string;
}

/**
 * The history with where a version has come now (RFC 3339): a new entry for a version that is not the last one, the
 * last entry otherwise. The same list where nothing of it changes, so that a pass without change writes nothing.
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
