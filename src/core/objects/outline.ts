import { Label, MOVED_RELEASE, MOVES_TO, RECONCILE_REQUEST, SHARD_KEY } from '../../api/names.ts';
import { type KubeObject, type ObjectMeta, OUTLINE } from '../../api/object.ts';
import { isObject } from '../values/json.ts';
import { clipValue } from './clip-value.ts';

/** The most that an outline keeps of a status, of a spec and of the metadata, in bytes. */
const MOST = { status: 8192, spec: 2048, metadata: 4096 };

/**
 * The fields of a spec by which an object is assessed: by the operator, by kstatus, to find its source, and to tell
 * which Helm release it is.
 */
const SPEC_FIELDS = [
  'suspend',
  'type',
  'replicas',
  'updateStrategy',
  'sourceRef',
  'chartRef',
  'releaseName',
  'targetNamespace',
  'storageNamespace',
  'kubeConfig',
];

const META_FIELDS = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
];

/** The labels and annotations that the operator reads whatever a blueprint asks for. */
const MARKS: ReadonlySet<string> = new Set([
  ...Object.values(Label),
  SHARD_KEY,
  RECONCILE_REQUEST,
  MOVES_TO,
  MOVED_RELEASE,
  'kustomize.toolkit.fluxcd.io/name',
  'kustomize.toolkit.fluxcd.io/namespace',
  'meta.helm.sh/release-name',
]);

/** Whether an object is an outline of the one in the cluster. */
export function isOutline(object: KubeObject): boolean {
  return object[OUTLINE] !== undefined;
}

/**
 * The bounded part of a live object from which its owner, its health and its readiness can be told, but not its drift:
 * instead of its spec it has the digest of what the object says beside its status.
 */
export function outlineObject(object: KubeObject, digest: string): KubeObject {
  const { apiVersion, kind, metadata, spec, status } = object;
  const kept = isObject(spec) ? pick(spec, SPEC_FIELDS) : spec;
  return {
    apiVersion,
    kind,
    metadata: outlineMetadata(metadata),
    ...(spec === undefined ? {} : { spec: clipValue(kept, MOST.spec) }),
    ...(status === undefined ? {} : { status: clipValue(status, MOST.status) }),
    [OUTLINE]: digest,
  };
}

/** The bounded part of an object's metadata that tells which object it is, whose, and how old. */
export function outlineMetadata(metadata: ObjectMeta): ObjectMeta {
  const { labels, annotations, finalizers } = metadata;
  const kept = {
    ...pick(metadata as unknown as Record<string, unknown>, META_FIELDS),
    ...(labels === undefined ? {} : { labels: pick(labels, MARKS) }),
    ...(annotations === undefined ? {} : { annotations: pick(annotations, MARKS) }),
    // Last, because these may be long.
    ...(finalizers === undefined ? {} : { finalizers }),
  };
  return clipValue(kept, MOST.metadata) as ObjectMeta;
}

function pick<T>(from: Readonly<Record<string, T>>, fields: Iterable<string>): Record<string, T> {
  const picked: [string, T][] = [];
  for (const field of fields) {
    const value = Object.hasOwn(from, field) ? from[field] : undefined;
    if (value !== undefined) picked.push([field, value]);
  }
  return Object.fromEntries(picked);
}
