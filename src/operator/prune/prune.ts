/**
 * The prune phase, and the heart of a deletion: deletes objects in reverse dependency order, from the inventory alone.
 * It sees neither the desired state nor the graph.
 */
import { displayName, type ObjectMeta, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import { type Tracked, lastWave, refOfTracked } from '../../core/objects/inventory.ts';
import { ownershipOf } from '../../core/objects/ownership.ts';
import type { PruneProgress } from '../../core/plan/prune-progress.ts';
import { NEXT_STEP_MS } from '../../core/status/reconcile-state.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { type ClusterError, asClusterError } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import { readOwned } from '../observe/live-object.ts';
import { restoreReleased } from './restore.ts';
import type { Step } from './step.ts';
import { actAsWriter } from './writers.ts';

/** How soon a deletion that waits is looked at again, in milliseconds, should no watch report it. */
const WAIT_MS = 30_000;

/** How far objects came, and the errors by which they failed. */
export interface Pruned extends PruneProgress {
  gone: Set<string>;
  waiting: string[];
  failures: { object: string; error: ClusterError; step?: string }[];
}

/**
 * Deletes objects in reverse dependency order: the last wave first, and none of an earlier wave before all of it is
 * gone. Goes as far as it can now; the watch tells when it can go on.
 */
export async function pruneObjects(context: DeletionContext, obsolete: readonly Tracked[]): Promise<Pruned> {
  const pruned = newPruned();
  let left = obsolete;
  while (left.length > 0 && pruned.waiting.length === 0 && pruned.failures.length === 0) {
    const wave = lastWave(left);
    const steps = await mapConcurrently(wave, context.concurrency, (one) => deleteObject(context, one));
    recordSteps(pruned, wave, steps);
    left = left.filter(({ id }) => !pruned.gone.has(id));
  }
  for (const id of pruned.gone) context.memory.objects.forget(id);
  context.memory.status.recordPruned(pruned.gone);
  return pruned;
}

/** Nothing is pruned yet. */
export function newPruned(): Pruned {
  return { gone: new Set(), waiting: [], failures: [], requeueAfterMs: WAIT_MS };
}

/** What came of several steps, as one. */
export function joinPruned(...parts: readonly Pruned[]): Pruned {
  return {
    gone: new Set(parts.flatMap(({ gone }) => [...gone])),
    waiting: parts.flatMap(({ waiting }) => waiting),
    failures: parts.flatMap(({ failures }) => failures),
    requeueAfterMs: Math.min(...parts.map(({ requeueAfterMs }) => requeueAfterMs)),
  };
}

/** Records how far objects came: a step for each. */
export function recordSteps(pruned: Pruned, objects: readonly Tracked[], steps: readonly Step[]): void {
  objects.forEach((tracked, i) => {
    const object = displayName(refOfTracked(tracked));
    const step = steps[i];
    if (step?.type === 'waiting') {
      pruned.waiting.push(`${object} ${step.why}`);
      pruned.requeueAfterMs = Math.min(pruned.requeueAfterMs, step.requeueAfterMs ?? WAIT_MS);
    } else if (step?.type === 'failed') pruned.failures.push({ object, error: step.error });
    else pruned.gone.add(tracked.id);
  });
}

function deleteObject(context: DeletionContext, tracked: Tracked): Promise<Step> {
  const ref = servedRef(context, tracked);
  return actAsWriter(context, tracked, ref, (as) => deleteAs(as, ref));
}

async function deleteAs(context: DeletionContext, ref: ObjectRef): Promise<Step> {
  try {
    const live = await readOurs(context, ref);
    if (live === undefined) return { type: 'gone' };
    // Flux would delete nothing of what it deployed.
    await restoreReleased(context, ref, live);
    if (live.deletionTimestamp !== undefined) return waitFor(live);
    return await sendDelete(context, ref, live);
  } catch (error) {
    return classifyFailure(context, ref, error);
  }
}

async function sendDelete(context: DeletionContext, ref: ObjectRef, live: ObjectMeta): Promise<Step> {
  const { deps, as, signal, progress, logger } = context;
  const options = { as, signal, uid: live.uid, propagationPolicy: 'Background' } as const;
  const found = await deps.cluster.delete(ref, options);
  logger.info('deleted', { object: displayName(ref) });
  if (!found) return { type: 'gone' };
  progress.tally.pruned++;
  if ((live.finalizers ?? []).length > 0) return waitFor(live);
  // Without finalizers it is gone, unless it got one since it was read.
  const left = await deps.cluster.getMetadata(ref, { as, signal });
  return left === undefined || left.metadata.uid !== live.uid ? { type: 'gone' } : waitFor(left.metadata);
}

/** The metadata of a live object of ours; undefined where there is none, or only somebody else's. */
export async function readOurs(context: DeletionContext, ref: ObjectRef): Promise<ObjectMeta | undefined> {
  const live = await readOwned(context, ref);
  return live !== undefined && ownershipOf(live, context.key, true).ours ? live : undefined;
}

/** The most finalizers that a message names. */
const MAX_FINALIZERS = 5;

function waitFor({ finalizers = [] }: ObjectMeta): Step {
  const why =
    finalizers.length === 0
      ? 'is being deleted'
      : `is held by finalizer ${joinFirst(finalizers, MAX_FINALIZERS)}`;
  return { type: 'waiting', why };
}

/**
 * The reference of a tracked object in the version that its kind is served in now. A version that is no longer served
 * would be answered as if there were no such kind.
 */
export function servedRef(context: DeletionContext, tracked: Tracked): ObjectRef {
  const ref = refOfTracked(tracked);
  const { group } = splitApiVersion(ref.apiVersion);
  const version = servedVersion(context, ref);
  return version === undefined ? ref : { ...ref, apiVersion: `${group}/${version}` };
}

/** The version in which a kind is watched; undefined where it is not, or its copy is not complete. */
export function servedVersion(
  { deps }: DeletionContext,
  { apiVersion, kind }: ObjectRef,
): string | undefined {
  return deps.cache.context().served.get(`${splitApiVersion(apiVersion).group}/${kind}`);
}

/** What an error says about an object that was to be deleted or orphaned. Rethrows what is no answer of the cluster. */
export function classifyFailure(context: DeletionContext, ref: ObjectRef, thrown: unknown): Step {
  const error = asClusterError(thrown);
  if (error.reason === 'NotFound') return { type: 'gone' };
  if (error.reason === 'NoKindMatch') {
    // Every object of a kind goes with its CRD. While the kind is still watched, that is not so sure.
    const watched = servedVersion(context, ref) !== undefined;
    return watched ? { type: 'waiting', why: 'is of a kind that is not served just now' } : { type: 'gone' };
  }
  // Another object has the name now: the one that was read is gone, and the next reconcile reads again.
  if (error.reason === 'Conflict')
    return { type: 'waiting', why: 'has changed meanwhile', requeueAfterMs: NEXT_STEP_MS };
  return { type: 'failed', error };
}
