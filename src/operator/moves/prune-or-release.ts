import type { Tracked } from '../../core/objects/inventory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { orphanObjects } from '../prune/orphan.ts';
import { type Pruned, joinPruned, pruneObjects } from '../prune/prune.ts';
import { findLetGo } from './between.ts';

/** Deletes what is obsolete, and lets go of what the blueprint releases to another one. */
export async function pruneOrRelease(
  context: ReconcileContext,
  obsolete: readonly Tracked[],
): Promise<Pruned> {
  const isLetGo = findLetGo(context);
  const released = obsolete.filter(isLetGo);
  if (released.length === 0) return pruneObjects(context, obsolete);
  const orphaned = await orphanObjects(context, released);
  for (const id of orphaned.gone) context.memory.objects.forget(id);
  // By their ids: an object that was let go has no labels any more to tell it by.
  const ids = new Set(released.map(({ id }) => id));
  const others = obsolete.filter(({ id }) => !ids.has(id));
  return joinPruned(orphaned, await pruneObjects(context, others));
}
