import { type KubeObject, type ObjectMeta, type ObjectRef, displayName } from '../../api/object.ts';
import { SOURCE_API_VERSION } from '../../core/health/source-revision.ts';
import { type PlannedMove, isOver, isReleased } from '../../core/moves/phases.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { NEXT_STEP_MS } from '../../core/status/reconcile-state.ts';
import { textAt } from '../../core/values/json.ts';
import { asFailure } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { DeletionContext, ReconcileContext } from '../context/reconcile-context.ts';
import { mayRead } from '../observe/live-object.ts';
import { type Pruned, classifyFailure, newPruned, recordSteps, servedRef } from '../prune/prune.ts';
import type { Step } from '../prune/step.ts';
import { actAsWriter } from '../prune/writers.ts';

/**
 * Deletes what moved, where what takes its place was not written in this reconcile and has taken everything over. Flux
 * deletes nothing for it.
 */
export async function finishMoves(context: ReconcileContext, { moves, apply }: Plan): Promise<Pruned> {
  const written = new Set(apply.map(({ object }) => object.id));
  const due = moves.filter(({ phase, stays, to }) => phase.type === 'done' && !stays && !written.has(to.id));
  const finished = newPruned();
  const steps = await mapConcurrently(due, context.concurrency, (move) => finish(context, move));
  recordSteps(
    finished,
    due.map(({ tracked }) => tracked),
    steps,
  );
  for (const id of finished.gone) context.memory.objects.forget(id);
  context.memory.status.recordPruned(finished.gone);
  return finished;
}

function finish(context: ReconcileContext, { tracked }: PlannedMove): Promise<Step> {
  const ref = servedRef(context, tracked);
  return actAsWriter(context, tracked, ref, (as) => finishAs(as, ref));
}

async function finishAs(context: DeletionContext, ref: ObjectRef): Promise<Step> {
  const { deps, as, signal, progress, logger } = context;
  try {
    // Read again, because the cache may not have heard that somebody resumed it.
    const live = await deps.cluster.get(ref, { as, signal });
    if (live === undefined) return { type: 'gone' };
    if (live.metadata.deletionTimestamp !== undefined) return { type: 'waiting', why: 'is being deleted' };
    if (!isReleased(live) || !isOver(live))
      return { type: 'waiting', why: 'is released again', requeueAfterMs: NEXT_STEP_MS };
    await deleteChart(context, live);
    const { uid, resourceVersion } = live.metadata;
    const options = { as, signal, uid, resourceVersion, propagationPolicy: 'Background' } as const;
    await deps.cluster.delete(ref, options);
    progress.tally.pruned++;
    logger.info('deleted what has moved', { object: displayName(ref) });
    return (live.metadata.finalizers ?? []).length === 0
      ? { type: 'gone' }
      : { type: 'waiting', why: 'is being deleted' };
  } catch (error) {
    return classifyFailure(context, ref, error);
  }
}

/**
 * Deletes the HelmChart that helm-controller made for a HelmRelease. It does not do so for one that is suspended. What
 * may not be deleted stays, and does no harm.
 */
async function deleteChart(context: DeletionContext, live: KubeObject): Promise<void> {
  const ref = chartOf(live);
  if (ref === undefined || !mayRead(context, ref)) return;
  const { deps, as, signal, logger } = context;
  try {
    const chart = await deps.cluster.getMetadata(ref, { as, signal });
    if (chart !== undefined && isMadeFor(chart.metadata, live.metadata))
      await deps.cluster.delete(ref, { as, signal, uid: chart.metadata.uid });
  } catch (error) {
    const { message } = asFailure(error);
    logger.warn('the HelmChart of what has moved stays', { object: displayName(ref), error: message });
  }
}

function chartOf({ status }: KubeObject): ObjectRef | undefined {
  const [namespace, name] = (textAt(status, ['helmChart']) ?? '').split('/');
  if (namespace === undefined || name === undefined) return undefined;
  return { apiVersion: SOURCE_API_VERSION, kind: 'HelmChart', namespace, name };
}

/** Whether helm-controller made a chart for a HelmRelease, by the labels that it sets. */
function isMadeFor({ labels = {} }: ObjectMeta, { name, namespace }: ObjectMeta): boolean {
  const group = 'helm.toolkit.fluxcd.io';
  return labels[`${group}/name`] === name && labels[`${group}/namespace`] === namespace;
}
