import type { KubeObject } from '../../api/object.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import { isObject, own } from '../values/json.ts';
import { releaseOf } from './release.ts';

/**
 * The names of the releases that live HelmReleases have on remote clusters, by the `namespace/name` of the HelmRelease:
 * from its spec, by the defaults of Flux. Only there does the compiler choose a name. Other objects are passed over.
 */
export function findLiveNames(objects: Iterable<KubeObject>): Map<string, string> {
  const found = new Map<string, string>();
  for (const object of objects) {
    const { spec, metadata } = object;
    if (!isOfKind(object, helmRelease) || !isObject(spec) || own(spec, 'kubeConfig') === undefined) continue;
    const { name, namespace = '' } = metadata;
    found.set(`${namespace}/${name}`, releaseOf(spec, { name, namespace }).name);
  }
  return found;
}
