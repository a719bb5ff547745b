import { FIELD_MANAGER } from '../../api/names.ts';
import { objectId, splitApiVersion, type ObjectRef } from '../../api/object.ts';
import { SOURCE_KINDS } from '../../core/kinds/index.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { isReason } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';

/**
 * Recovers the inventory of a blueprint that has none: a backup tool restored it without its status, and objects that it
 * no longer asks for would be orphaned. An object counts where it carries the blueprint's labels and the operator wrote
 * it. Labels alone do not count, because anyone can set them; nor does an object in another namespace where the
 * blueprint has no account.
 */
export async function recoverInventory(context: DeletionContext): Promise<void> {
  const { progress, deps, key, as } = context;
  if (progress.status?.inventory !== undefined) return;
  const candidates = deps.cache
    .owned(key)
    .filter(({ namespace }) => as !== undefined || namespace === key.namespace);
  const ours = await mapConcurrently(candidates, context.concurrency, (ref) => isWrittenByUs(context, ref));
  const recovered = candidates.filter((_, i) => ours[i] === true);
  if (recovered.length === 0) return;
  context.logger.info('took up what was generated before', { objects: recovered.length });
  progress.tracked = recovered.map(track);
}

async function isWrittenByUs({ deps, as, signal }: DeletionContext, ref: ObjectRef): Promise<boolean> {
  try {
    const found = await deps.cluster.getMetadata(ref, { as, signal });
    return found?.metadata.managedFields?.some(({ manager }) => manager === FIELD_MANAGER) === true;
  } catch (error) {
    // An object that the account may not read, it may not delete either.
    if (isReason(error, 'Forbidden')) return false;
    throw error;
  }
}

/** Sources are deleted last; nothing else is left that tells the order. */
function track(ref: ObjectRef): Tracked {
  const { group, version } = splitApiVersion(ref.apiVersion);
  const isSource = Object.values(SOURCE_KINDS).some((type) => type.group === group && type.kind === ref.kind);
  return { id: objectId(ref), version, wave: isSource ? 0 : 1 };
}
