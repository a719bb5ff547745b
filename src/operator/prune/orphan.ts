import { FIELD_MANAGER, LET_GO, Label } from '../../api/names.ts';
import { type ObjectRef, displayName } from '../../api/object.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { toKey } from '../../core/objects/ownership.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import { type Pruned, classifyFailure, newPruned, readOurs, recordSteps, servedRef } from './prune.ts';
import { isReplaced, restoreReleased } from './restore.ts';
import type { Step } from './step.ts';
import { actAsWriter } from './writers.ts';

/**
 * Leaves objects where they are, without our labels and with the mark {@link LET_GO} (`deletionPolicy: Orphan`): they
 * belong to nobody from then on.
 */
export async function orphanObjects(context: DeletionContext, tracked: readonly Tracked[]): Promise<Pruned> {
  const orphaned = newPruned();
  const steps = await mapConcurrently(tracked, context.concurrency, (one) => orphanObject(context, one));
  recordSteps(orphaned, tracked, steps);
  return orphaned;
}

function orphanObject(context: DeletionContext, tracked: Tracked): Promise<Step> {
  const ref = servedRef(context, tracked);
  return actAsWriter(context, tracked, ref, (as) => orphanAs(as, ref));
}

async function orphanAs(context: DeletionContext, ref: ObjectRef): Promise<Step> {
  const { deps, as, signal, logger } = context;
  try {
    const live = await readOurs(context, ref);
    if (live === undefined) return { type: 'gone' };
    // One of the two goes on to deploy what they deploy.
    if (!isReplaced(context, ref, live)) await restoreReleased(context, ref, live);
    const labels = Object.fromEntries(Object.values(Label).map((label) => [label, null]));
    const annotations = { [LET_GO]: toKey(context.key) };
    const options = { fieldManager: FIELD_MANAGER, as, signal };
    await deps.cluster.merge(ref, { metadata: { uid: live.uid, labels, annotations } }, options);
    logger.info('let go', { object: displayName(ref) });
    return { type: 'gone' };
  } catch (error) {
    return classifyFailure(context, ref, error);
  }
}
