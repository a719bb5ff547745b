import { FIELD_MANAGER } from '../../api/names.ts';
import { objectId, splitApiVersion, type ObjectRef } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { type Tracked, trackDesired } from '../../core/objects/inventory.ts';
import { isReason } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import { type ReconcileContext, mayUseOwnRights } from '../context/reconcile-context.ts';
import { orphanObjects } from '../prune/orphan.ts';

/**
 * Recovers the inventory of a blueprint that has none: a backup tool restored it without its status. An object that the
 * operator wrote, that carries the blueprint's labels and that is desired is tracked again. One that is not desired is
 * orphaned and never deleted, because anyone can set labels and name a field manager: no inventory says that it is
 * ours. Objects in namespaces that the blueprint does not name are left alone.
 */
export async function recoverInventory(context: ReconcileContext, desired: DesiredState): Promise<void> {
  const { progress, deps, key, as } = context;
  if (progress.status?.inventory !== undefined) return;
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const namespaces = new Set(desired.objects.map(({ ref }) => ref.namespace));
  const candidates = deps.cache
    .owned(key)
    .filter((ref) => namespaces.has(ref.namespace) && (as !== undefined || mayUseOwnRights(context, ref)));
  const written = await mapConcurrently(candidates, context.concurrency, (ref) =>
    isWrittenByUs(context, ref),
  );
  const ours = candidates.filter((_, i) => written[i] === true);
  progress.tracked = ours.flatMap((ref) => {
    const object = wanted.get(objectId(ref));
    return object === undefined || object.keep ? [] : [trackDesired(object, context.account)];
  });
  const obsolete = ours.filter((ref) => !wanted.has(objectId(ref)));
  const { gone, failures } = await orphanObjects(context, obsolete.map(track));
  if (ours.length > 0)
    context.logger.info('took up what was generated before', {
      objects: progress.tracked.length,
      orphaned: gone.size,
      failed: failures.length,
    });
}

async function isWrittenByUs({ deps, as, signal }: ReconcileContext, ref: ObjectRef): Promise<boolean> {
  try {
    const found = await deps.cluster.getMetadata(ref, { as, signal });
    return found?.metadata.managedFields?.some(({ manager }) => manager === FIELD_MANAGER) === true;
  } catch (error) {
    // An object that the account may not read, it may not change either.
    if (isReason(error, 'Forbidden')) return false;
    throw error;
  }
}

function track(ref: ObjectRef): Tracked {
  return { id: objectId(ref), version: splitApiVersion(ref.apiVersion).version, wave: 0 };
}
