import { displayName, refOf, splitApiVersion, type KubeObject, type ObjectRef } from '../api/object.ts';
import {
  ClusterError,
  type ApplyOptions,
  type Cluster,
  type DeleteOptions,
  type Discovery,
  type ObjectMetadata,
  type RequestOptions,
  type ResourceType,
} from '../ports/cluster.ts';
import { isReason } from './errors.ts';
import { toResourcePath } from './resource-path.ts';
import type { ApiRequest, JsonObject, Transport } from './transport.ts';

const partialMetadata = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** The {@link Cluster} behind an API server: raw JSON both ways, no model classes. */
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

  async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    return (await this.#send(refOf(object), options, toApply(object, options))) as KubeObject;
  }

  async applyStatus(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    return (await this.#send(refOf(object), options, toApply(object, options), 'status')) as KubeObject;
  }

  async create(object: KubeObject, options: Omit<ApplyOptions, 'dryRun'>): Promise<KubeObject> {
    const { fieldManager } = options;
    const query = { fieldManager, fieldValidation: 'Strict' };
    const request = { method: 'POST', query, body: object } as const;
    return (await this.#send(refOf(object), options, request, 'collection')) as KubeObject;
  }

  async merge(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: Omit<ApplyOptions, 'dryRun'>,
  ): Promise<KubeObject | undefined> {
    const { fieldManager } = options;
    const request = {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      query: { fieldManager },
      body: patch,
    } as const;
    return (await this.#unlessNotFound(this.#send(ref, options, request))) as KubeObject | undefined;
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const { uid, propagationPolicy } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(uid === undefined ? {} : { preconditions: { uid } }),
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

  /** A kind that is not served may have arrived since the last discovery, so that is asked once more. */
  async #send(
    ref: ObjectRef,
    { as, signal }: RequestOptions,
    request: Omit<ApiRequest, 'path' | 'as' | 'signal'>,
    part?: 'status' | 'collection',
  ): Promise<JsonObject> {
    const { group } = splitApiVersion(ref.apiVersion);
    const attempt = (type: ResourceType): Promise<JsonObject> =>
      this.#transport.request({ ...request, path: toPath(ref, type, part), as, signal });
    const known = this.#discovery.find(group, ref.kind);
    try {
      if (known !== undefined) return await attempt(known);
    } catch (failure) {
      if (!isReason(failure, 'NoKindMatch')) throw failure;
    }
    await this.#discovery.refresh(signal);
    const found = this.#discovery.find(group, ref.kind);
    if (found !== undefined) return attempt(found);
    throw new ClusterError(
      'NoKindMatch',
      `the cluster does not serve the kind ${ref.kind} of ${ref.apiVersion}`,
    );
  }
}

/** The version is the reference's own: an apply is refused when the object's differs from the path's. */
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
