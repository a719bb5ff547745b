import { FIELD_MANAGER } from '../../api/names.ts';
import { objectId, splitApiVersion, type ObjectRef } from '../../api/object.ts';
import { SOURCE_KINDS } from '../../core/kinds/index.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import type { Pass } from '../context/reconcile-context.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';

/**
 * Gives a blueprint without an inventory what carries its labels and was written by the operator: a backup tool brought
 * the blueprint back without its status, and what it no longer asks for would stay behind. Labels alone do not count,
 * for anyone can set them; nor does, without an account, what lies in another namespace.
 */
export async function takeUpObjects(pass: Pass): Promise<void> {
  if (pass.status?.inventory !== undefined) return;
  const { cache, concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const candidates = cache
    .owned(pass.key)
    .filter(({ namespace }) => pass.as !== undefined || namespace === pass.key.namespace);
  const ours = await mapConcurrently(candidates, concurrency, (ref) => isWrittenByUs(pass, ref));
  const taken = candidates.filter((_, i) => ours[i] === true);
  if (taken.length === 0) return;
  pass.logger.info('took up what was generated before', { objects: taken.length });
  pass.tracked = taken.map(track);
}

async function isWrittenByUs(pass: Pass, ref: ObjectRef): Promise<boolean> {
  try {
    const found = await pass.deps.cluster.getMetadata(ref, { as: pass.as, signal: pass.signal });
    return found?.metadata.managedFields?.some(({ manager }) => manager === FIELD_MANAGER) === true;
  } catch (error) {
    // What may not be read may not be deleted either.
    if (error instanceof ClusterError && error.reason === 'Forbidden') return false;
    throw error;
  }
}

/** Sources go last, as nothing is left that says more of the order. */
function track(ref: ObjectRef): Tracked {
  const { group, version } = splitApiVersion(ref.apiVersion);
  const isSource = Object.values(SOURCE_KINDS).some((type) => type.group === group && type.kind === ref.kind);
  return { id: objectId(ref), version, wave: isSource ? 0 : 1 };
}
