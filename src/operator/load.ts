import { refOf } from '../api/object.ts';
import { hasFinalizer } from '../core/objects/finalizer.ts';
import { parseKey } from '../core/objects/ownership.ts';
import type { BlueprintMemories } from './memory/blueprint-memories.ts';
import type { ReconcileDependencies } from './context/dependencies.ts';
import { readBlueprint } from './context/read-blueprint.ts';
import { type DeletionContext, type ReconcileContext, newContext } from './context/reconcile-context.ts';

/**
 * The load phase: reads the blueprint and makes the context of its reconcile. A blueprint that is gone is forgotten
 * everywhere; the answer is undefined then.
 *
 * @throws ClusterError where a blueprint that is too large for the cache cannot be read
 */
export async function loadBlueprint(
  deps: ReconcileDependencies,
  memories: BlueprintMemories,
  key: string,
  signal: AbortSignal,
): Promise<ReconcileContext | undefined> {
  const object = await readBlueprint(deps, parseKey(key), signal);
  if (object !== undefined) return newContext(deps, object, memories.of(key), signal);
  memories.forget(key);
  deps.metrics?.forgetBlueprint(key);
  deps.cache.follow(key, []);
  deps.cache.use(key, []);
  return undefined;
}

/**
 * Makes the context for a blueprint that was lost (`Cache.lost`). Undefined where there is none: also where it has only
 * left the shard, or where a new one has its name and may have generated the same objects by now.
 *
 * @throws ClusterError where the API server does not say whether the blueprint is there
 */
export async function loadLost(
  deps: ReconcileDependencies,
  memories: BlueprintMemories,
  key: string,
  signal: AbortSignal,
): Promise<DeletionContext | undefined> {
  const lost = deps.cache.lost(parseKey(key));
  if (lost === undefined) return undefined;
  const present = (await deps.cluster.getMetadata(refOf(lost), { signal }))?.metadata;
  if (present === undefined || (present.uid !== lost.metadata.uid && !hasFinalizer(present)))
    return newContext(deps, lost, memories.of(key), signal);
  deps.cache.forgetLost(parseKey(key));
  return undefined;
}
