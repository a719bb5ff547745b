/**
 * The clients of the API server: this file implements the cluster port, the files beside it discovery and events.
 *
 * `kube` is the only room that speaks HTTP to the API server, and the only one that imports client-node and undici. It
 * uses the vocabulary of `api` and the ports; it knows nothing of blueprints. Begin here for single requests, in
 * `watch/reflector.ts` for local copies, in `lease/elector.ts` for leader election. All of them send through
 * `http/transport.ts`.
 */
import {
  displayName,
  refOf,
  splitApiVersion,
  type KindRef,
  type KubeObject,
  type ObjectMeta,
  type ObjectRef,
} from '../api/object.ts';
import {
  ClusterError,
  type ApplyOptions,
  type Cluster,
  type Collection,
  type DeleteOptions,
  type Discovery,
  type ListOptions,
  type ObjectMetadata,
  type RequestOptions,
  type ResourceType,
  type WriteOptions,
  isReason,
} from '../ports/cluster.ts';
import { toResourcePath } from './http/resource-path.ts';
import type { ApiRequest, JsonObject, Transport } from './http/transport.ts';

const partialMetadata = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const partialMetadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** A resource version that no object has: etcd starts at 1, and the first write increases it. */
const NEVER_STORED = '1';

/** The {@link Cluster} behind an API server. It sends and answers plain JSON, without model classes. */
export class ApiCluster implements Cluster {
  readonly #transport: Transport;
  readonly #discovery: Discovery;

  constructor(transport: Transport, discovery: Discovery) {
    this.#transport = transport;
    this.#discovery = discovery;
  }

  async get(ref: ObjectRef, options: RequestOptions = {}): Promise<KubeObject | undefined> {
    const found = await this.#unlessNotFound(this.#send(ref, options, { method: 'GET' }));
    return found as KubeObject | undefined;
  }

  async getMetadata(ref: ObjectRef, options: RequestOptions = {}): Promise<ObjectMetadata | undefined> {
    const request = { method: 'GET', accept: partialMetadata } as const;
    const found = await this.#unlessNotFound(this.#send(ref, options, request));
    if (found === undefined) return undefined;
    const { metadata } = found as unknown as ObjectMetadata;
    return { apiVersion: ref.apiVersion, kind: ref.kind, metadata };
  }

  async listMetadata(
    { apiVersion, kind, namespace }: Collection,
    options: ListOptions,
  ): Promise<{ objects: ObjectMetadata[]; complete: boolean }> {
    const { limit, as, signal, keep = (metadata: ObjectMeta) => metadata } = options;
    return this.#withType({ apiVersion, kind }, signal, async (type) => {
      const path = toPath({ apiVersion, kind, namespace, name: '' }, type, 'collection');
      const objects: ObjectMetadata[] = [];
      const items = this.#transport.list({ path, accept: partialMetadataList, query: { limit }, as, signal });
      for (;;) {
        const next = await items.next();
        if (next.done === true) return { objects, complete: isLastPage(next.value) };
        for (const { metadata } of next.value as unknown as ObjectMetadata[])
          objects.push({ apiVersion, kind, metadata: keep(metadata) });
      }
    });
  }

  async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    const { createOnly = false } = options;
    const body = createOnly ? expectAbsent(object) : object;
    try {
      return (await this.#send(refOf(object), options, toApply(body, options))) as KubeObject;
    } catch (failure) {
      if (createOnly && isReason(failure, 'Conflict'))
        throw new ClusterError('AlreadyExists', 'somebody has made such an object meanwhile', {
          cause: failure,
        });
      throw failure;
    }
  }

  async applyStatus(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    return (await this.#send(refOf(object), options, toApply(object, options), 'status')) as KubeObject;
  }

  async mergeStatus(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions,
  ): Promise<KubeObject> {
    return (await this.#send(ref, options, toMerge(patch, options), 'status')) as KubeObject;
  }

  async create(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const { fieldManager } = options;
    const query = { fieldManager, fieldValidation: 'Strict' };
    const request = { method: 'POST', query, body: object } as const;
    return (await this.#send(refOf(object), options, request, 'collection')) as KubeObject;
  }

  async merge(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: WriteOptions,
  ): Promise<KubeObject | undefined> {
    const merged = await this.#unlessNotFound(this.#send(ref, options, toMerge(patch, options)));
    return merged as KubeObject | undefined;
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const { uid, resourceVersion, propagationPolicy } = options;
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    };
    const deleted = await this.#unlessNotFound(this.#send(ref, options, { method: 'DELETE', body }));
    return deleted !== undefined;
  }

  async #unlessNotFound(pending: Promise<JsonObject>): Promise<JsonObject | undefined> {
    try {
      return await pending;
    } catch (failure) {
      if (isReason(failure, 'NotFound')) return undefined;
      throw failure;
    }
  }

  async #send(
    ref: ObjectRef,
    { as, signal }: RequestOptions,
    request: Omit<ApiRequest, 'path' | 'as' | 'signal'>,
    part?: 'status' | 'collection',
  ): Promise<JsonObject> {
    return this.#withType(ref, signal, (type) =>
      this.#transport.request({ ...request, path: toPath(ref, type, part), as, signal }),
    );
  }

  /** A kind that is not served may be newer than the last discovery, so it is sought once more before this fails. */
  async #withType<T>(
    { apiVersion, kind }: KindRef,
    signal: AbortSignal | undefined,
    attempt: (type: ResourceType) => Promise<T>,
  ): Promise<T> {
    const { group } = splitApiVersion(apiVersion);
    const known = this.#discovery.find(group, kind);
    try {
      if (known !== undefined) return await attempt(known);
    } catch (failure) {
      if (!isReason(failure, 'NoKindMatch')) throw failure;
    }
    const found = await this.#discovery.seek({ group, kind }, known, signal);
    if (found !== undefined) return attempt(found);
    throw new ClusterError('NoKindMatch', `the cluster does not serve the kind ${kind} of ${apiVersion}`);
  }
}

/** Whether a list says that no other page follows. */
function isLastPage({ metadata }: JsonObject): boolean {
  return ((metadata as { continue?: string } | undefined)?.continue ?? '') === '';
}

/**
 * Uses the version of the reference: the API server refuses an apply whose object has another version than its path.
 */
function toPath(ref: ObjectRef, type: ResourceType, part: 'status' | 'collection' | undefined): string {
  const { apiVersion, namespace, name } = ref;
  if (type.namespaced !== (namespace !== undefined && namespace !== '')) {
    const fault = type.namespaced ? 'needs a namespace' : 'is cluster-scoped and takes no namespace';
    throw new ClusterError('BadRequest', `${displayName(ref)} ${fault}`);
  }
  return toResourcePath({
    apiVersion,
    plural: type.plural,
    namespace: type.namespaced ? namespace : undefined,
    ...(part === 'collection' ? {} : { name }),
    ...(part === 'status' ? { subresource: part } : {}),
  });
}

/**
 * Server-side apply has no mode that only creates. But if a resource version is given, the API server compares it with
 * that of the existing object, and ignores it when there is no object.
 */
function expectAbsent(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: NEVER_STORED } };
}

function toMerge(patch: Readonly<Record<string, unknown>>, { fieldManager }: WriteOptions) {
  const contentType = 'application/merge-patch+json';
  return { method: 'PATCH', contentType, query: { fieldManager }, body: patch } as const;
}

function toApply(object: KubeObject, { fieldManager, dryRun }: ApplyOptions) {
  return {
    method: 'PATCH',
    contentType: 'application/apply-patch+yaml',
    query: {
      fieldManager,
      force: true,
      fieldValidation: 'Strict',
      dryRun: dryRun === true ? 'All' : undefined,
    },
    body: object,
  } as const;
}
