/**
 * The interfaces between the operator and the outside: the API server, the clock, the log, metrics, events, the work
 * queue.
 *
 * `kube`, `runtime` and `app` implement them, and so do tests. A port imports the vocabulary of `api` and other ports,
 * nothing else. Begin here, with the cluster's API; then read `reflector.ts` for local copies and `outcome.ts` for how
 * a reconcile ends.
 */
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

/** Why a request failed. Callers decide by this reason, never by the text of the message. */
export type ClusterErrorReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  /** The cluster does not serve the kind: its CRD is missing. */
  | 'NoKindMatch'
  | 'AlreadyExists'
  /** An optimistic lock or a precondition failed (409). */
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

/** A failed request to the cluster. The message is the API server's own; it never repeats a request's body. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** How long the server asks its clients to wait, in milliseconds; undefined when it asks for nothing. */
  readonly retryAfterMs: number | undefined;
  /** The fields that the API server names, in its spelling (`spec.interval`). */
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

/** A thrown error as the answer of the cluster that it is. Rethrows anything else, which is a bug. */
export function asClusterError(thrown: unknown): ClusterError {
  if (thrown instanceof ClusterError) return thrown;
  throw thrown;
}

/** The same for callers that go on without the answer: they do not where their own signal aborted the request. */
export function asFailure(thrown: unknown): ClusterError {
  const error = asClusterError(thrown);
  if (error.reason === 'Aborted') throw error;
  return error;
}

/** The metadata of an object whose content was not read. */
export interface ObjectMetadata {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Options of every request. */
export interface RequestOptions {
  /** The user to impersonate, for example `system:serviceaccount:apps:deployer`. Default: the operator itself. */
  as?: string | undefined;
  /** Ends the request with reason Aborted. */
  signal?: AbortSignal | undefined;
}

/** Options of every write. */
export interface WriteOptions extends RequestOptions {
  /** The owner of the fields that are written. */
  fieldManager: string;
}

/** Options of a server-side apply. It always forces conflicts and always validates fields strictly. */
export interface ApplyOptions extends WriteOptions {
  /** Validates and admits the object, but stores nothing. Default: false. */
  dryRun?: boolean;
  /** Rejects with AlreadyExists, and changes nothing, when the object exists. Default: false. */
  createOnly?: boolean;
}

/** Options of a list. */
export interface ListOptions extends RequestOptions {
  /** The most objects to read. */
  limit: number;
  /** What is kept of an object's metadata, so that whoever writes it cannot make it large. Default: all of it. */
  keep?: (metadata: ObjectMeta) => ObjectMeta;
}

/** The objects of a kind in a namespace. */
export type Collection = Pick<ObjectRef, 'apiVersion' | 'kind'> & { namespace: string };

/** Options of a delete. */
export interface DeleteOptions extends RequestOptions {
  /** Deletes the object only if it has this uid; rejects with Conflict otherwise. */
  uid?: string | undefined;
  /** Deletes the object only if nobody has written it since; rejects with Conflict otherwise. */
  resourceVersion?: string | undefined;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

/**
 * The cluster's API. Every method rejects with a {@link ClusterError}: with reason NoKindMatch for a kind that is not
 * served. An object that does not exist is an answer rather than an error where the method says so.
 */
export interface Cluster {
  /** Reads one object; undefined when it does not exist. */
  get(ref: ObjectRef, options?: RequestOptions): Promise<KubeObject | undefined>;
  /** Reads one object's metadata; undefined when it does not exist. */
  getMetadata(ref: ObjectRef, options?: RequestOptions): Promise<ObjectMetadata | undefined>;
  /** Reads the metadata of the first objects of a collection; `complete` says whether these are all of them. */
  listMetadata(
    collection: Collection,
    options: ListOptions,
  ): Promise<{ objects: ObjectMetadata[]; complete: boolean }>;
  /** Applies `object` server-side (force, `fieldValidation=Strict`), and answers with the stored object. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Applies the status subresource server-side; rejects with NotFound when the object does not exist. */
  applyStatus(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Merges a patch into the status subresource (RFC 7386); rejects with NotFound when the object does not exist. */
  mergeStatus(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions,
  ): Promise<KubeObject>;
  /** Creates an object; rejects with AlreadyExists, and changes nothing, when it exists. */
  create(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  /** Merges a patch into an object (RFC 7386), and answers with the stored object; undefined when it does not exist. */
  merge(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions,
  ): Promise<KubeObject | undefined>;
  /** Deletes one object; false when it did not exist. The object stays until its finalizers have run. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
}

/** The types that the cluster serves, as of the last discovery. */
export interface Discovery {
  /** The type of a kind, in its preferred version; undefined when the cluster does not serve it. */
  find(group: string, kind: string): ResourceType | undefined;
  /** Every type of a group: each kind once, in its preferred version. */
  inGroup(group: string): readonly ResourceType[];
  /**
   * The type of a kind that may be newer than the last discovery: asks the cluster again where `known` is all that is
   * known of it. A kind that was missing a moment ago is not asked for again, and all kinds together are asked for
   * about once a second, because tenants can name any number of kinds that do not exist. Undefined where it is not
   * served, or not known to be.
   */
  seek(
    kind: Pick<ResourceType, 'group' | 'kind'>,
    known: ResourceType | undefined,
    signal?: AbortSignal,
  ): Promise<ResourceType | undefined>;
  /** Asks the cluster again, and answers whether anything changed. Calls at the same time share one answer. */
  refresh(signal?: AbortSignal): Promise<boolean>;
}
