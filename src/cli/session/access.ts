/**
 * What the commands that work on a cluster have in common: the cluster as they see it (this file), their flags, how one
 * begins and ends (`session.ts`), progress, and how failures are told. The room knows no client: `app` implements the
 * port and loads the client only when such a command runs. Begin here, then read `session.ts`.
 */
import type { KindRef, KubeObject, ObjectRef } from '../../api/object.ts';
import type { ServedKind } from '../../core/trace/kind-word.ts';

/** Why a request failed. */
export type FailureReason =
  /** The credentials are not accepted, or cannot be read. */
  | 'Unauthorized'
  /** The account lacks the right. */
  | 'Forbidden'
  /** The account has the right, and an admission policy refuses what was written. */
  | 'Denied'
  /** The cluster does not serve the kind. */
  | 'NoKindMatch'
  /** The object, or the namespace that it is to be in, does not exist. */
  | 'NotFound'
  /** Somebody has changed the object meanwhile. */
  | 'Conflict'
  /** There was no answer. */
  | 'Unreachable'
  | 'Timeout'
  /** The caller's signal ended the request. */
  | 'Aborted'
  /** The API server failed, or has too much to do. */
  | 'Failing'
  /** The API server refused it for what it says. */
  | 'Refused';

/** What a request was for, in the words of RBAC. */
export interface Attempt {
  verb: 'get' | 'list' | 'patch' | 'create' | 'delete';
  /** The plural with the group: `fluxblueprints.fluxblueprint.io`. */
  resource: string;
  /** Undefined for all namespaces, and for what is in none. */
  namespace: string | undefined;
}

/** A failed request. Its message is the API server's, or says why there was no answer. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly reason: FailureReason;
  readonly attempt: Attempt;

  constructor(reason: FailureReason, message: string, attempt: Attempt, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
    this.attempt = attempt;
  }
}

/** A cluster that cannot be chosen, because a kubeconfig is missing or wrong. The message is a sentence for people. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
}

/** Which cluster, by the flags. */
export interface ClusterChoice {
  /** A file. Default: as for kubectl. */
  kubeconfig?: string | undefined;
  /** A context of it. Default: the current one. */
  context?: string | undefined;
}

/** What a list selects. */
export interface Selection {
  /** Default: all namespaces. */
  namespace?: string | undefined;
  /** A selector of labels: `name=value,…`. Default: all objects. */
  labels?: string | undefined;
}

/** An operation of a JSON patch. */
export interface JsonPatchOperation {
  op: 'add' | 'replace' | 'remove' | 'test';
  path: string;
  value?: unknown;
}

/** A container of a pod. */
export interface PodRef {
  namespace: string;
  name: string;
  container: string;
}

/** What is read of a log. */
export interface LogOptions {
  /** How old its lines may be, in seconds. */
  sinceSeconds: number;
  /** The most lines, counted from the newest. */
  tailLines: number;
  follow: boolean;
}

/** What commands need of a cluster. Every method rejects with an {@link AccessError}. */
export interface ClusterAccess {
  /** The namespace of the context, or `default`. */
  readonly namespace: string;
  /** The cluster for messages: its context and server. */
  readonly description: string;
  /** Reads an object; undefined if there is none. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Reads the objects of a kind, in the order of the API server. Of each it holds what `keep` answers; undefined leaves
   * it out.
   */
  list<T>(kind: KindRef, selection: Selection, keep: (object: KubeObject) => T | undefined): Promise<T[]>;
  /** Merges a patch into an object (RFC 7386), and answers the stored object; undefined if there is none. */
  merge(ref: ObjectRef, patch: Readonly<Record<string, unknown>>): Promise<KubeObject | undefined>;
  /**
   * What an object would be after the operator had applied it, as the API server answers a dry run; nothing is stored.
   *
   * @param as the user to impersonate. Default: none
   */
  dryRun(manifest: KubeObject, as?: string): Promise<KubeObject>;
  /** Changes an object by a JSON patch (RFC 6902). */
  patch(ref: ObjectRef, operations: readonly JsonPatchOperation[]): Promise<KubeObject>;
  /** Applies a status server-side. Rejects with Conflict where `metadata.resourceVersion` is old. */
  applyStatus(object: KubeObject, fieldManager: string): Promise<KubeObject>;
  /** Whether the user may impersonate a service account. */
  mayImpersonate(account: { namespace: string; name: string }): Promise<boolean>;
  /** The name of the user, as the API server knows it. */
  whoAmI(): Promise<string>;
  /** The versions in which the cluster serves kinds, each as `group/Kind`. Those that it does not serve are missing. */
  served(kinds: Iterable<string>): Promise<ReadonlyMap<string, string>>;
  /** All kinds that the cluster serves, those of the core API first, each in its preferred version. */
  listKinds(): Promise<ServedKind[]>;
  /** Yields the lines of a container's log from the oldest on; with `follow` also those to come. */
  readLog(pod: PodRef, options: LogOptions): AsyncGenerator<string, void>;
  /** Applies an object server-side, and takes fields from others; answers the stored object. */
  apply(object: KubeObject): Promise<KubeObject>;
  /** Creates an object, or asks a question that is one, such as a SubjectAccessReview; answers what comes back. */
  create(object: KubeObject): Promise<KubeObject>;
  /** Deletes an object; false if there was none. */
  delete(ref: ObjectRef): Promise<boolean>;
  /** The version of the API server: `v1.35.4`. */
  version(): Promise<string>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** Opens a cluster. Nothing is sent yet; the signal ends every request. Rejects with a {@link ConnectError}. */
export type Connect = (choice: ClusterChoice, signal: AbortSignal) => Promise<ClusterAccess>;
