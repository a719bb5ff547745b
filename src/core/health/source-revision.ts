import { type KubeObject, type ObjectRef, objectId } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';
import { memoize } from '../values/memoize.ts';

/** The `apiVersion` of a source that a reference names without one. Versions make no difference here. */
export const SOURCE_API_VERSION = 'source.toolkit.fluxcd.io/v1';

/**
 * The field in which each kind names the source whose revision it reports. Sources behind a HelmChart are missing here,
 * because helm-controller makes that chart itself.
 */
const SOURCE_FIELDS: Partial<Record<string, string>> = {
  Kustomization: 'sourceRef',
  HelmRelease: 'chartRef',
};

/** Finds the source of a live or desired object; undefined if it names none whose revision it reports. */
export const sourceOf = memoize(({ kind, metadata, spec }: KubeObject): ObjectRef | undefined => {
  const field = SOURCE_FIELDS[kind];
  const ref = field === undefined ? undefined : valueAt(spec, [field]);
  if (!isObject(ref)) return undefined;
  const {
    apiVersion = SOURCE_API_VERSION,
    kind: sourceKind,
    name,
    namespace = metadata.namespace,
  } = ref as Partial<ObjectRef>;
  if (sourceKind === undefined || name === undefined || namespace === undefined) return undefined;
  return { apiVersion, kind: sourceKind, namespace, name };
});

/** The sources that some objects fetch from, each once. */
export interface Sources {
  all: readonly ObjectRef[];
  /** The sources that are not among the objects themselves. */
  external: readonly ObjectRef[];
}

/** Finds the {@link Sources} of objects. */
export function findSources(objects: readonly DesiredObject[]): Sources {
  const made = new Set(objects.map(({ id }) => id));
  const found = new Map<string, ObjectRef>();
  for (const { manifest } of objects) {
    const ref = sourceOf(manifest);
    if (ref !== undefined) found.set(objectId(ref), ref);
  }
  return {
    all: [...found.values()],
    external: [...found].filter(([id]) => !made.has(id)).map(([, ref]) => ref),
  };
}

/**
 * Whether a ready object has applied the current revision of its source. Flux publishes a new revision on the source
 * first; objects that use it stay ready with the former revision until their controller sees the new one. Returns true
 * if the source has no revision, or the object does not report which one it applied.
 */
export function isAtSourceRevision(live: KubeObject, source: KubeObject): boolean {
  const revision = textAt(source, ['status', 'artifact', 'revision']);
  if (revision === undefined) return true;
  if (live.kind === 'Kustomization') return textAt(live, ['status', 'lastAppliedRevision']) === revision;
  const digest = textAt(live, ['status', 'lastAttemptedRevisionDigest']);
  return live.kind !== 'HelmRelease' || source.kind !== 'OCIRepository' || digest === undefined
    ? true
    : revision.endsWith(digest);
}
