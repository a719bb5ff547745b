import { MOVE_MANAGER, MOVES_TO, RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, displayName } from '../../api/object.ts';
import { helmRelease } from '../../core/kinds/helm-release.ts';
import { isOfKind } from '../../core/kinds/kind.ts';
import type { PlannedMove } from '../../core/moves/phases.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { refOfTracked } from '../../core/objects/inventory.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { DeletionContext, ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';
import { type Pruned, classifyFailure, newPruned, servedRef } from '../prune/prune.ts';
import { restoreReleased } from '../prune/restore.ts';
import type { Step } from '../prune/step.ts';
import { actAsWriter } from '../prune/writers.ts';

/** How soon a move is looked at again, in milliseconds, should no watch report anything. */
const RECHECK_MS = 30_000;

/**
 * Releases what moves and is not released yet, and brings back what was released and is wanted again. What fails is
 * answered; until it succeeds, what takes its place is not applied.
 */
export async function releaseMoving(context: ReconcileContext, { moves, resume }: Plan): Promise<Pruned> {
  if (moves.length > 0) context.progress.requeueWithin(RECHECK_MS);
  const due = moves.filter(({ phase }) => phase.type === 'release');
  const released = newPruned();
  const steps = await mapConcurrently(due, context.concurrency, (move) => release(context, move));
  due.forEach(({ tracked }, i) => {
    const step = steps[i];
    if (step?.type !== 'failed') return;
    released.failures.push({
      object: displayName(refOfTracked(tracked)),
      error: step.error,
      step: 'released',
    });
  });
  await mapConcurrently(resume, context.concurrency, (object) => bringBack(context, object));
  return released;
}

function release(context: ReconcileContext, move: PlannedMove): Promise<Step> {
  const ref = servedRef(context, move.tracked);
  return actAsWriter(context, move.tracked, ref, (as) => releaseAs(as, ref, move));
}

/**
 * Suspends an object and makes a request in the same write: once Flux has handled that, it has seen the suspension, and
 * what it did before is over.
 */
async function releaseAs(context: DeletionContext, ref: ObjectRef, { live, to }: PlannedMove): Promise<Step> {
  const { deps, as, signal, logger } = context;
  const { namespace, name, uid } = live.metadata;
  const place = `${to.ref.namespace ?? ''}/${to.ref.name}`;
  const request = `${new Date(deps.clock.now()).toISOString()} moved`;
  const object = {
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: {
      name,
      namespace,
      uid,
      annotations: { [MOVES_TO]: place, [RECONCILE_REQUEST]: request },
    },
    spec: { suspend: true, ...(isOfKind(ref, helmRelease) ? {} : { deletionPolicy: 'Orphan' }) },
  };
  try {
    const options = { fieldManager: MOVE_MANAGER, as, signal };
    deps.cache.assume(await deps.cluster.apply(object as unknown as KubeObject, options));
    logger.info('released, because another one takes its place', { object: displayName(ref), to: place });
    return { type: 'waiting', why: 'is released' };
  } catch (error) {
    return classifyFailure(context, ref, error);
  }
}

/** Takes back all that a release wrote: an object of which nothing is applied owns nothing. */
async function bringBack(context: ReconcileContext, { ref, layer }: DesiredObject): Promise<void> {
  const live = generatedObject(context, ref);
  if (live === undefined) return;
  await restoreReleased(context, ref, live.metadata);
  context.logger.info('brought back, because it is wanted again', { object: displayName(ref), layer });
}
