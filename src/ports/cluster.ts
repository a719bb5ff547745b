import type { KubeObject, ObjectMeta, ObjectRef } from '../api/object.ts';

/** A resource type as the cluster serves it. */
export interface ResourceType {
  group: string;
  version: string;
  kind: string;
  /** The plural, lower-case name in the URL. */
  plural: string;
  namespaced: boolean;
}

/** Why the cluster refused or could not answer; what callers decide by, never the message's text. */
export type ClusterErrorReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  /** The cluster does not serve the kind: its CRD is missing. */
  | 'NoKindMatch'
  | 'AlreadyExists'
  /** Optimistic lock or precondition failed (409). */
  | 'Conflict'
  /** The resource version or continue token is too old (410). */
  | 'Expired'
  /** The object breaks the schema, CEL or an admission policy (422). */
  | 'Invalid'
  | 'TooLarge'
  | 'TooManyRequests'
  /** The API server answered with a 5xx. */
  | 'ServerError'
  /** No answer: connection refused, reset, or closed. */
  | 'Unreachable'
  | 'Timeout'
  /** The caller's signal aborted the request. */
  | 'Aborted';

/** A failed request to the cluster. The message is the API server's own, never a request's body. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** How long the server asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The fields that the API server named, as it spells them (`spec.interval`). */
  readonly causes: readonly { field: string; message: string }[];

  constructor(
    reason: ClusterErrorReason,
    message: string,
    details: {
      status?: number | undefined;
      retryAfterMs?: number | undefined;
      causes?: readonly { field: string; message: string }[];
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.causes = details.causes ?? [];
  }
}

/** Whether a failure is a {@link ClusterError} for one of these reasons. */
export function isReason(failure: unknown, ...reasons: ClusterErrorReason[]): failure is ClusterError {
  return failure instanceof ClusterError && reasons.includes(failure.reason);
}

/** An object of which only the metadata was read. */
export interface ObjectMetadata {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** What every request may carry. */
export interface RequestOptions {
  /** Acts as this user by impersonation, e.g. `system:serviceaccount:apps:deployer`. Default: the operator itself. */
  as?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Options of every write. */
export interface WriteOptions extends RequestOptions {
  fieldManager: string;
}

/** Options of a server-side apply. It always forces conflicts and always validates fields strictly. */
export interface ApplyOptions extends WriteOptions {
  /** Validates and admits, but stores nothing. */
  dryRun?: boolean;
  /** Rejects with AlreadyExists, and changes nothing, when there is such an object. */
  createOnly?: boolean;
}

/** Options of a list. */
export interface ListOptions extends RequestOptions {
  /** The most objects that are read. */
  limit: number;
}

/** The objects of a kind in a namespace. */
export type Collection = Pick<ObjectRef, 'apiVersion' | 'kind'> & { namespace: string };

/** Options of a delete. */
export interface DeleteOptions extends RequestOptions {
  /** Deletes only the object with this uid; another one answers Conflict. */
  uid?: string | undefined;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

/**
 * The cluster's API. Every method rejects with a {@link ClusterError}; an object that is not there is an answer,
 * not an error, where the method says so. A kind that is not served rejects with reason NoKindMatch.
 */
export interface Cluster {
  /** Reads one object; undefined when it does not exist. */
  get(ref: ObjectRef, options?: RequestOptions): Promise<KubeObject | undefined>;
  /** Reads one object's metadata; undefined when it does not exist. */
  getMetadata(ref: ObjectRef, options?: RequestOptions): Promise<ObjectMetadata | undefined>;
  /** Reads the metadata of the first objects of a collection, and says whether those are all of them. */
  listMetadata(
    collection: Collection,
    options: ListOptions,
  ): Promise<{ objects: ObjectMetadata[]; complete: boolean }>;
  /** Applies `object` server-side (force, `fieldValidation=Strict`) and answers with what was stored. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Applies the status subresource server-side; rejects with NotFound when the object is gone. */
  applyStatus(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Creates an object; rejects with AlreadyExists, and changes nothing, when there is one. */
  create(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  /** Merges a patch into an object (RFC 7386); undefined when it does not exist. */
  merge(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions,
  ): Promise<KubeObject | undefined>;
  /** Deletes one object; false when it was not there. The object may live on while finalizers run. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
}

/** What the cluster serves, as last discovered. */
export interface Discovery {
  /** The served type of a kind in its preferred version; undefined when the cluster lacks it. */
  find(group: string, kind: string): ResourceType | undefined;
  /** Every served type of a group, each kind once, in its preferred version. */
  inGroup(group: string): readonly ResourceType[];
  /** Asks the cluster again. Calls in flight are shared. Answers whether anything changed. */
  refresh(signal?: AbortSignal): Promise<boolean>;
}
