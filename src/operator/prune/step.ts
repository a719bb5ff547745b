import type { ClusterError } from '../../ports/cluster.ts';

/** How far one object came. */
export type Step =
  | { type: 'gone' }
  | { type: 'waiting'; why: string; requeueAfterMs?: number }
  | { type: 'failed'; error: ClusterError };
