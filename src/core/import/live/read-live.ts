/**
 * Reads a cluster by its live objects in place of files: what people and their Git repositories wrote, without what
 * controllers added. Begin with {@link readLive}.
 */
import { Label, MANAGED_BY } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject, own, textAt } from '../../values/json.ts';
import { toYaml } from '../../yaml/write-yaml.ts';
import { type Cluster, type Depth, type Found, toCluster } from '../clusters/to-cluster.ts';
import type { Skipped, SourceObject } from '../read/source-object.ts';
import { describeObject, toSourceObject } from '../read/source-object.ts';

/** Annotations that say what happened to an object, and nothing of what it is. */
const TRANSIENT =
  /^kubectl\.kubernetes\.io\/last-applied-configuration$|^reconcile\.fluxcd\.io\/|^fluxblueprint\.io\//;

/** Labels and annotations by which a Kustomization or a Helm release knows what it deployed. */
const OF_PARENTS =
  /^(?:kustomize|helm)\.toolkit\.fluxcd\.io\/(?:name|namespace)$|^meta\.helm\.sh\/release-|^kustomize\.toolkit\.fluxcd\.io\/(?:prune|checksum)$/;

/** An object and the names of what deployed it. */
interface Live {
  object: SourceObject;
  /** `namespace/name` of the Kustomization; undefined where none did. */
  parent: string | undefined;
}

/**
 * The objects of a cluster as if they came from files. What something else made, and what a blueprint made already, is
 * left out with the reason.
 *
 * @param name the name of the blueprint
 */
export function readLive(objects: readonly KubeObject[], name: string, depth: Depth): Cluster {
  const skipped: Skipped[] = [];
  const live = objects.flatMap((object) => toLive(object, skipped));
  const bootstrap = findBootstrap(live);
  const byName = new Map<string, SourceObject>(
    live.flatMap(({ object }) =>
      object.kind === 'Kustomization' ? [[`${object.namespace ?? ''}/${object.name}`, object] as const] : [],
    ),
  );
  const found = live
    .filter(({ object }) => !bootstrap.includes(object))
    .map(({ object, parent }): Found => {
      const by = parent === undefined ? undefined : byName.get(parent);
      return { object, by: by !== undefined && bootstrap.includes(by) ? undefined : by, unapplied: [] };
    });
  return toCluster({ name, path: undefined, bootstrap }, found, skipped, depth);
}

function toLive(object: KubeObject, skipped: Skipped[]): Live[] {
  const { labels = {}, ownerReferences = [], namespace, name } = object.metadata;
  const file = [namespace ?? 'cluster', object.kind, `${name}.yaml`].join('/');
  const what = describeObject({ kind: object.kind, namespace, name });
  const made = madeBy(labels, ownerReferences);
  if (made !== undefined) {
    skipped.push({ file, line: 1, what, reason: made });
    return [];
  }
  const value = cleaned(object);
  const source = toSourceObject(value, { file, line: 1, text: toYaml(value) });
  if (source === undefined) return [];
  const parent = labels['kustomize.toolkit.fluxcd.io/name'];
  const at = labels['kustomize.toolkit.fluxcd.io/namespace'];
  return [{ object: source, parent: parent === undefined ? undefined : `${at ?? ''}/${parent}` }];
}

/** What made an object, so that nobody wrote it; undefined for all others. */
function madeBy(
  labels: Readonly<Record<string, string>>,
  owners: NonNullable<KubeObject['metadata']['ownerReferences']>,
): string | undefined {
  const [owner] = owners;
  if (labels[Label.ManagedBy] === MANAGED_BY && labels[Label.Name] !== undefined)
    return `is of FluxBlueprint ${labels[Label.Namespace] ?? ''}/${labels[Label.Name]} already`;
  if (owner !== undefined) return `is made by ${owner.kind} ${owner.name}`;
  const release = labels['helm.toolkit.fluxcd.io/name'];
  if (release !== undefined)
    return `is made by HelmRelease ${labels['helm.toolkit.fluxcd.io/namespace'] ?? ''}/${release}`;
  const set = labels['resourceset.fluxcd.controlplane.io/name'];
  return set === undefined
    ? undefined
    : `is made by ResourceSet ${labels['resourceset.fluxcd.controlplane.io/namespace'] ?? ''}/${set}`;
}

/** An object as its author wrote it, as far as that can be known. */
function cleaned({ apiVersion, kind, metadata, spec }: KubeObject): JsonObject {
  const { name, namespace } = metadata;
  const kept: JsonObject = { name };
  if (namespace !== undefined) kept['namespace'] = namespace;
  for (const map of ['labels', 'annotations'] as const) {
    const entries = Object.entries(metadata[map] ?? {}).filter(
      ([key]) => !TRANSIENT.test(key) && !OF_PARENTS.test(key),
    );
    if (entries.length > 0) kept[map] = Object.fromEntries(entries);
  }
  return { apiVersion, kind, metadata: kept, ...(isObject(spec) ? { spec } : {}) };
}

/** What deploys the cluster itself: a Kustomization that is deployed by itself, its source, and an instance of Flux. */
function findBootstrap(live: readonly Live[]): SourceObject[] {
  const deployers = live.filter(({ object, parent }) => {
    const name = `${object.namespace ?? ''}/${object.name}`;
    return object.kind === 'FluxInstance' || (object.kind === 'Kustomization' && parent === name);
  });
  const sources = deployers.flatMap(({ object }) => {
    const ref = own(object.spec, 'sourceRef');
    if (!isObject(ref)) return [];
    const namespace = textAt(ref, ['namespace']) ?? object.namespace;
    return live.filter(
      ({ object: other }) =>
        other.kind === textAt(ref, ['kind']) &&
        other.name === textAt(ref, ['name']) &&
        other.namespace === namespace,
    );
  });
  return [...new Set([...deployers, ...sources].map(({ object }) => object))];
}
