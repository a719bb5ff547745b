/**
 * What HelmReleases and Kustomizations deploy: what identifies a Helm release (here), how Flux names one
 * (`release-name.ts`), which cluster an object is deployed to (`cluster.ts`), and which objects deploy the same
 * (`deployment.ts`, `deployments.ts`). The room reads specs as Flux does. Begin with {@link releaseOf}.
 */
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { textAt } from '../values/json.ts';
import { clusterOf } from './cluster.ts';
import { defaultReleaseName } from './release-name.ts';

/** What identifies a Helm release. HelmReleases that share all three take one release over from each other. */
export interface Release {
  /** The cluster, as `clusterOf` names it; empty for the cluster of the HelmRelease. */
  cluster: string;
  /** The namespace in which Helm stores what it knows of the release. */
  storageNamespace: string;
  /** At most 53 characters. */
  name: string;
}

/** The release of a HelmRelease: what its spec says, else Flux's defaults. */
export function releaseOf(spec: JsonObject, object: { name: string; namespace: string }): Release {
  const named = textAt(spec, ['releaseName']) ?? '';
  const stored = textAt(spec, ['storageNamespace']) ?? '';
  return {
    cluster: clusterOf(spec, object.namespace),
    storageNamespace: stored === '' ? object.namespace : stored,
    name: named === '' ? defaultReleaseName(spec, object.name) : named,
  };
}

/** A key that two releases share exactly when they are the same. */
export function releaseKey({ cluster, storageNamespace, name }: Release): string {
  return JSON.stringify([cluster, storageNamespace, name]);
}

/** Names a release for people. */
export function describeRelease({ cluster, storageNamespace, name }: Release): string {
  const where = cluster === '' ? '' : ` on the cluster of ${cluster}`;
  return `Helm release ${name} stored in namespace ${storageNamespace}${where}`;
}
