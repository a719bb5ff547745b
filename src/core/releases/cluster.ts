import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { textAt } from '../values/json.ts';

/** The keys that Flux looks for in a kubeconfig Secret, where none is named; the first stands for both. */
const DEFAULT_KEY = 'value';

/**
 * Names the cluster that Flux deploys an object to, by its `spec.kubeConfig`; empty for the cluster of the object
 * itself. Two objects with one name are on one cluster. Two with different names may be too, because only the content
 * of the Secret or ConfigMap says which cluster it is of.
 *
 * @param namespace the namespace of the object, where Flux looks for the Secret or ConfigMap
 */
export function clusterOf(spec: JsonObject, namespace: string): string {
  const secret = textAt(spec, ['kubeConfig', 'secretRef', 'name']);
  if (secret !== undefined) {
    const key = textAt(spec, ['kubeConfig', 'secretRef', 'key']) ?? DEFAULT_KEY;
    return `Secret ${namespace}/${secret} (${key})`;
  }
  const configMap = textAt(spec, ['kubeConfig', 'configMapRef', 'name']);
  return configMap === undefined ? '' : `ConfigMap ${namespace}/${configMap}`;
}
