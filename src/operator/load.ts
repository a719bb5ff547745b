import { parseKey } from '../core/objects/ownership.ts';
import type { BlueprintMemories } from './memory/blueprint-memories.ts';
import type { ReconcileDependencies } from './context/dependencies.ts';
import { type ReconcileContext, newContext } from './context/reconcile-context.ts';

/**
 * The load phase: reads the blueprint from the cache, and makes the context of its reconcile. A blueprint that is gone
 * is forgotten everywhere; the answer is undefined then.
 */
export function loadBlueprint(
  deps: ReconcileDependencies,
  memories: BlueprintMemories,
  key: string,
  signal: AbortSignal,
): ReconcileContext | undefined {
  const { namespace, name } = parseKey(key);
  const object = deps.cache.blueprint(namespace, name);
  if (object !== undefined) return newContext(deps, object, memories.of(key), signal);
  memories.forget(key);
  deps.metrics?.forgetBlueprint(key);
  deps.cache.follow(key, []);
  return undefined;
}
