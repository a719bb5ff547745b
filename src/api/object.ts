/**
 * What every Kubernetes object has in common, as plain JSON. The operator never uses a client library's
 * model classes: their serializers drop unknown fields, and server-side apply must send exactly what was compiled.
 */

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** The part of ObjectMeta that the operator reads or writes. Times are RFC 3339 strings. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
  /** Who owns which fields, and since when. Local copies keep only what `core/objects/managed-fields.ts` needs. */
  managedFields?: {
    manager?: string;
    operation?: string;
    apiVersion?: string;
    time?: string;
    fieldsType?: string;
    fieldsV1?: Json;
    /** The subresource by which the fields were written; absent for the object itself. */
    subresource?: string;
  }[];
}

/** An object that another one goes with. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

/**
 * Marks an {@link KubeObject} of which a local copy holds an outline: its value is a digest of what the whole object
 * says beside its status. It is a symbol, so that nobody can write it into an object.
 */
export const OUTLINE: unique symbol = Symbol('outline');

/**
 * What the whole object deploys, in a {@link KubeObject} of which a local copy holds a part
 * (`core/releases/deployment.ts`). It is a symbol, so that nobody can write it into an object.
 */
export const DEPLOYMENT: unique symbol = Symbol('deployment');

/** Any Kubernetes object as JSON. */
export interface KubeObject {
  [OUTLINE]?: string;
  [DEPLOYMENT]?: { key: string; variables: string };
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Names one object in one version of its API. `namespace` is absent for cluster-scoped objects. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** A kind in one version of its API. */
export type KindRef = Pick<ObjectRef, 'apiVersion' | 'kind'>;

/** The kinds of references, each once, in the order in which they first come. */
export function distinctKinds(refs: Iterable<KindRef>): KindRef[] {
  const kinds = new Map<string, KindRef>();
  for (const { apiVersion, kind } of refs) kinds.set(`${apiVersion} ${kind}`, { apiVersion, kind });
  return [...kinds.values()];
}

/** Splits `group/version` into its parts; the core group is the empty string. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** An object as no more than which one it is, and in what version: bounded, whoever wrote it. */
export function identifyObject({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  const identity = Object.entries({ name, namespace, uid, resourceVersion }).filter(
    ([, value]) => value !== undefined,
  );
  return { apiVersion, kind, metadata: Object.fromEntries(identity) as unknown as ObjectMeta };
}

/** An object without its managed fields, which are often more than half of it. The object itself is not changed. */
export function withoutManagers(object: KubeObject): KubeObject {
  if (!('managedFields' in object.metadata)) return object;
  const metadata = { ...object.metadata };
  delete metadata.managedFields;
  return { ...object, metadata };
}

/** The reference of an object. */
export function refOf(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): ObjectRef {
  const { namespace, name } = object.metadata;
  const { apiVersion, kind } = object;
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

/**
 * Identifies an object independently of its API version: `<namespace>_<name>_<group>_<kind>`, the form of Flux's own
 * inventories. None of the four parts can contain an underscore, so the id can be parsed without ambiguity.
 */
export function objectId(ref: ObjectRef): string {
  return `${ref.namespace ?? ''}_${ref.name}_${splitApiVersion(ref.apiVersion).group}_${ref.kind}`;
}

/**
 * An {@link objectId} to keep. A template is kept as the tree of its parts, which takes twice the memory of the text;
 * what is joined takes longer to make.
 */
export function keptId({ namespace = '', name, apiVersion, kind }: ObjectRef): string {
  return [namespace, name, splitApiVersion(apiVersion).group, kind].join('_');
}

/** Parses an {@link objectId}; `version` is the version of the object's API, without the group. */
export function refOfId(id: string, version: string): ObjectRef {
  const [namespace = '', name = '', group = '', kind = ''] = id.split('_');
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return namespace === '' ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

/**
 * A key for maps of objects in one API group, `<kind>/<namespace>/<name>`. The namespace is empty for objects that
 * belong to none, so that the key always has three parts and `split('/')` reads it back.
 */
export function objectKey(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

/** An object's name for people: `Kustomization/flux-system/apps`, without the namespace where there is none. */
export function displayName(ref: { kind: string; namespace?: string; name: string }): string {
  return ref.namespace === undefined || ref.namespace === ''
    ? `${ref.kind}/${ref.name}`
    : `${ref.kind}/${ref.namespace}/${ref.name}`;
}
