import { displayName, type ObjectMeta } from '../api/object.ts';
import { type Tracked, lastWave, refOfTracked } from '../core/inventory.ts';
import { ownershipOf } from '../core/ownership.ts';
import { ClusterError } from '../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import type { Pass } from './pass.ts';
import { mapConcurrently } from './pool.ts';

/** How far a teardown came. */
export interface Teardown {
  /** Ids of what is gone, or was never ours. */
  gone: Set<string>;
  /** What is still there and is waited for: each with the reason. */
  waiting: string[];
  /** What could not be deleted. */
  failures: { object: string; error: ClusterError }[];
}

type Step = { type: 'gone' } | { type: 'waiting'; why: string } | { type: 'failed'; error: ClusterError };

/**
 * Deletes objects in reverse dependency order: the last wave first, and none of an earlier one before it is gone.
 * Works from the inventory alone. Goes as far as it can now; the watch tells when it can go on.
 */
export async function tearDown(pass: Pass, doomed: readonly Tracked[]): Promise<Teardown> {
  const result: Teardown = { gone: new Set(), waiting: [], failures: [] };
  let left = doomed;
  while (left.length > 0 && result.waiting.length === 0 && result.failures.length === 0) {
    const wave = lastWave(left);
    const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
    const steps = await mapConcurrently(wave, concurrency, (tracked) => deleteObject(pass, tracked));
    wave.forEach((tracked, i) => {
      noteStep(tracked, steps[i], result);
    });
    left = left.filter(({ id }) => !result.gone.has(id));
  }
  for (const id of result.gone) pass.memory.forget(id);
  return result;
}

function noteStep(tracked: Tracked, step: Step | undefined, result: Teardown): void {
  const object = displayName(refOfTracked(tracked));
  if (step?.type === 'waiting') result.waiting.push(`${object} ${step.why}`);
  else if (step?.type === 'failed') result.failures.push({ object, error: step.error });
  else result.gone.add(tracked.id);
}

async function deleteObject(pass: Pass, tracked: Tracked): Promise<Step> {
  const ref = refOfTracked(tracked);
  const { cluster, views } = pass.deps;
  const options = { as: pass.as, signal: pass.signal };
  try {
    // What the local copy lacks may only not have arrived yet: the cluster is asked before it counts as gone.
    const live = views.generated(ref) ?? (await cluster.getMetadata(ref, options));
    if (live === undefined || !ownershipOf(live.metadata, pass.key, true).ours) return { type: 'gone' };
    if (live.metadata.deletionTimestamp === undefined) {
      const found = await cluster.delete(ref, {
        ...options,
        uid: live.metadata.uid,
        propagationPolicy: 'Background',
      });
      pass.logger.info('deleted', { object: displayName(ref) });
      if (!found || isUnheld(live.metadata)) return { type: 'gone' };
    }
    return { type: 'waiting', why: explainWait(live.metadata) };
  } catch (error) {
    return classifyFailure(error);
  }
}

/** An object without finalizers is gone when its deletion is answered. */
function isUnheld(metadata: ObjectMeta): boolean {
  return (metadata.finalizers ?? []).length === 0;
}

function explainWait(metadata: ObjectMeta): string {
  const finalizers = metadata.finalizers ?? [];
  return finalizers.length === 0 ? 'is being deleted' : `is held by finalizer ${finalizers.join(', ')}`;
}

function classifyFailure(error: unknown): Step {
  if (!(error instanceof ClusterError)) throw error;
  // With its CRD, every object of a kind is gone.
  if (error.reason === 'NoKindMatch' || error.reason === 'NotFound') return { type: 'gone' };
  // Another object under the same name: the one that was read is gone, and the next pass looks again.
  if (error.reason === 'Conflict') return { type: 'waiting', why: 'has changed meanwhile' };
  return { type: 'failed', error };
}
