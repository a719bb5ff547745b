import { API_VERSION, KIND } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { isOutline } from '../../core/objects/outline.ts';
import type { BlueprintKey } from '../../core/objects/ownership.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/**
 * A whole blueprint: from the cache or, where that has only an outline of it, from the API server. Undefined where
 * there is none.
 *
 * @throws ClusterError where it cannot be read
 */
export async function readBlueprint(
  { cache, cluster }: Pick<ReconcileDependencies, 'cache' | 'cluster'>,
  { namespace, name }: BlueprintKey,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const cached = cache.blueprint(namespace, name);
  if (cached === undefined || !isOutline(cached)) return cached;
  return cluster.get({ apiVersion: API_VERSION, kind: KIND, namespace, name }, { signal });
}
