import { parseKey } from '../core/objects/ownership.ts';
import type { BlueprintMemories } from './memory/blueprint-memories.ts';
import type { ReconcileDependencies } from './context/dependencies.ts';
import { readBlueprint } from './context/read-blueprint.ts';
import { type ReconcileContext, newContext } from './context/reconcile-context.ts';

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
