import { FIELD_MANAGER, Label } from '../../api/names.ts';
import { displayName, type ObjectMeta, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import { type Tracked, lastWave, refOfTracked } from '../../core/objects/inventory.ts';
import { ownershipOf } from '../../core/objects/ownership.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { DEFAULT_CONCURRENCY, readOwned } from '../apply/apply.ts';
import type { Pass } from '../context/reconcile-context.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';

/** How soon a teardown that waits is looked at again, in milliseconds, should no watch tell of it. */
export const LOOK_AGAIN_MS = 30_000;
/** How soon the next step is taken that a write or a deletion may have made possible, in milliseconds. */
export const LOOK_SOON_MS = 1_000;

/** How far a teardown came. */
export interface Teardown {
  /** Ids of what is gone, or was never ours. */
  gone: Set<string>;
  /** What is still there and is waited for: each with the reason. */
  waiting: string[];
  /** What could not be deleted. */
  failures: { object: string; error: ClusterError }[];
  /** How soon to look again at what waits, in milliseconds, should no watch tell of it. */
  lookAgainMs: number;
}

type Step =
  | { type: 'gone' }
  | { type: 'waiting'; why: string; lookAgainMs?: number }
  | { type: 'failed'; error: ClusterError };

/**
 * Deletes objects in reverse dependency order: the last wave first, and none of an earlier one before it is gone.
 * Works from the inventory alone. Goes as far as it can now; the watch tells when it can go on.
 */
export async function tearDown(pass: Pass, doomed: readonly Tracked[]): Promise<Teardown> {
  const result = beginTeardown();
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
  for (const id of result.gone) {
    pass.memory.forget(id);
    pass.memory.gone.add(id);
  }
  return result;
}

/** Leaves objects where they are, without our labels: nobody's any more. */
export async function letGo(pass: Pass, tracked: readonly Tracked[]): Promise<Teardown> {
  const result = beginTeardown();
  const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const steps = await mapConcurrently(tracked, concurrency, (entry) => releaseObject(pass, entry));
  tracked.forEach((entry, i) => {
    noteStep(entry, steps[i], result);
  });
  return result;
}

async function releaseObject(pass: Pass, tracked: Tracked): Promise<Step> {
  const ref = refServed(pass, tracked);
  try {
    const live = await readOwned(pass, ref);
    if (live === undefined || !ownershipOf(live, pass.key, true).ours) return { type: 'gone' };
    const labels = Object.fromEntries(Object.values(Label).map((label) => [label, null]));
    const options = { fieldManager: FIELD_MANAGER, as: pass.as, signal: pass.signal };
    await pass.deps.cluster.merge(ref, { metadata: { uid: live.uid, labels } }, options);
    pass.logger.info('let go', { object: displayName(ref) });
    return { type: 'gone' };
  } catch (error) {
    return classifyFailure(pass, ref, error);
  }
}

function beginTeardown(): Teardown {
  return { gone: new Set(), waiting: [], failures: [], lookAgainMs: LOOK_AGAIN_MS };
}

function noteStep(tracked: Tracked, step: Step | undefined, result: Teardown): void {
  const object = displayName(refOfTracked(tracked));
  if (step?.type === 'waiting') {
    result.waiting.push(`${object} ${step.why}`);
    result.lookAgainMs = Math.min(result.lookAgainMs, step.lookAgainMs ?? LOOK_AGAIN_MS);
  } else if (step?.type === 'failed') result.failures.push({ object, error: step.error });
  else result.gone.add(tracked.id);
}

async function deleteObject(pass: Pass, tracked: Tracked): Promise<Step> {
  const ref = refServed(pass, tracked);
  const options = { as: pass.as, signal: pass.signal };
  try {
    const live = await findOurs(pass, ref);
    if (live === undefined) return { type: 'gone' };
    if (live.deletionTimestamp !== undefined) return { type: 'waiting', why: explainWait(live) };
    const { cluster } = pass.deps;
    const found = await cluster.delete(ref, { ...options, uid: live.uid, propagationPolicy: 'Background' });
    pass.logger.info('deleted', { object: displayName(ref) });
    if (!found) return { type: 'gone' };
    pass.tally.pruned++;
    if ((live.finalizers ?? []).length > 0) return { type: 'waiting', why: explainWait(live) };
    // Without finalizers it is gone, unless it got one since it was read.
    const left = await cluster.getMetadata(ref, options);
    if (left === undefined || left.metadata.uid !== live.uid) return { type: 'gone' };
    return { type: 'waiting', why: explainWait(left.metadata) };
  } catch (error) {
    return classifyFailure(pass, ref, error);
  }
}

/** The live object's metadata; undefined where there is none, or only somebody else's. */
async function findOurs(pass: Pass, ref: ObjectRef): Promise<ObjectMeta | undefined> {
  const live = await readOwned(pass, ref);
  return live !== undefined && ownershipOf(live, pass.key, true).ours ? live : undefined;
}

function explainWait(metadata: ObjectMeta): string {
  const finalizers = metadata.finalizers ?? [];
  return finalizers.length === 0 ? 'is being deleted' : `is held by finalizer ${finalizers.join(', ')}`;
}

/**
 * Names a tracked object in the version that its kind is served in now: the one in which it was generated may be
 * served no longer, and is then answered as if there were no such kind.
 */
export function refServed(pass: Pass, tracked: Tracked): ObjectRef {
  const ref = refOfTracked(tracked);
  const { group } = splitApiVersion(ref.apiVersion);
  const version = servedVersion(pass, ref);
  return version === undefined ? ref : { ...ref, apiVersion: `${group}/${version}` };
}

function servedVersion(pass: Pass, { apiVersion, kind }: ObjectRef): string | undefined {
  return pass.deps.cache.context().served.get(`${splitApiVersion(apiVersion).group}/${kind}`);
}

function classifyFailure(pass: Pass, ref: ObjectRef, error: unknown): Step {
  if (!(error instanceof ClusterError)) throw error;
  if (error.reason === 'NotFound') return { type: 'gone' };
  if (error.reason === 'NoKindMatch') {
    // With its CRD, every object of a kind is gone; while we still watch it, that is not so sure.
    const known = servedVersion(pass, ref) !== undefined;
    return known ? { type: 'waiting', why: 'is of a kind that is not served just now' } : { type: 'gone' };
  }
  // Another object under the same name: the one that was read is gone, and the next pass looks again.
  if (error.reason === 'Conflict')
    return { type: 'waiting', why: 'has changed meanwhile', lookAgainMs: LOOK_SOON_MS };
  return { type: 'failed', error };
}
