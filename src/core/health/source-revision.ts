import { type KubeObject, type ObjectRef, objectId } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { isObject, valueAt } from '../values/json.ts';
import { memoize } from '../values/memoize.ts';

/** Where a source is that names no version of its API; versions make no difference here. */
export const SOURCE_API_VERSION = 'source.toolkit.fluxcd.io/v1';

/** Where each kind names the source whose revision it has: HelmCharts in between are the helm-controller's own. */
const SOURCE_FIELDS: Partial<Record<string, string>> = {
  Kustomization: 'sourceRef',
  HelmRelease: 'chartRef',
};

/** The source that an object fetches from, live or desired; undefined where it names none whose revision it tells. */
export const sourceOf = memoize(({ kind, metadata, spec }: KubeObject): ObjectRef | undefined => {
  const field = SOURCE_FIELDS[kind];
  const ref = field === undefined ? undefined : valueAt(spec as never, [field]);
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

/** The sources that objects fetch from, each once; `foreign` are those that are not among the objects. */
export interface Sources {
  all: readonly ObjectRef[];
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
 * Whether an object that is ready is so with what its source holds now. Flux tells a new revision on the source first,
 * and its users stay ready with the former one until they hear of it.
 */
export function isAtSourceRevision(live: KubeObject, source: KubeObject): boolean {
  const revision = textAt(source, ['artifact', 'revision']);
  if (revision === undefined) return true;
  if (live.kind === 'Kustomization') return textAt(live, ['lastAppliedRevision']) === revision;
  const digest = textAt(live, ['lastAttemptedRevisionDigest']);
  return live.kind !== 'HelmRelease' || source.kind !== 'OCIRepository' || digest === undefined
    ? true
    : revision.endsWith(digest);
}

/** A text of a live object's status; undefined where there is none. */
export function textAt(live: KubeObject, steps: readonly string[]): string | undefined {
  const value: unknown = valueAt(live['status'] as never, steps);
  return typeof value === 'string' ? value : undefined;
}
