import type { KubeObject } from '../../api/object.ts';
import { ClusterError, type ResourceType } from '../../ports/cluster.ts';
import type { WatchTarget } from '../../ports/reflector.ts';
import { toStatusError } from '../http/errors.ts';
import { toResourcePath } from '../http/resource-path.ts';
import type { JsonObject, Query, Transport } from '../http/transport.ts';

/** In milliseconds: a page of 500 large objects over a slow link takes longer than other answers. */
const listTimeoutMs = 60_000;

/** One event of a watch. The object of a bookmark holds only its resource version. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: KubeObject;
}

/** The two requests of a reflector, for one target. */
export class ListWatch {
  readonly #transport: Transport;
  readonly #type: ResourceType;
  readonly #apiVersion: string;
  readonly #metadataOnly: boolean;
  readonly #path: string;
  readonly #selectors: Query;
  readonly #as: string | undefined;

  constructor(transport: Transport, target: WatchTarget) {
    const { type, namespace, labelSelector, fieldSelector, metadataOnly = false, as } = target;
    this.#transport = transport;
    this.#type = type;
    this.#apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
    this.#metadataOnly = metadataOnly;
    this.#path = toResourcePath({ apiVersion: this.#apiVersion, plural: type.plural, namespace });
    this.#selectors = { labelSelector, fieldSelector };
    this.#as = as;
  }

  /**
   * Yields the objects of a consistent list as they arrive, and returns its resource version. Rejects with reason
   * Expired when the list takes longer than the API server keeps that version.
   *
   * @param limit the objects per page; undefined asks for all objects at once, which cannot expire.
   */
  async *objects(limit: number | undefined, signal: AbortSignal): AsyncGenerator<KubeObject[], string> {
    for (let token: string | undefined; ;) {
      const { metadata } = (yield* this.#page({ limit, continue: token }, signal)) as {
        metadata?: { resourceVersion?: string; continue?: string };
      };
      if (metadata?.resourceVersion === undefined)
        throw new ClusterError('ServerError', 'a list has no resource version');
      if (metadata.continue === undefined || metadata.continue === '') return metadata.resourceVersion;
      token = metadata.continue;
    }
  }

  async *#page(query: Query, signal: AbortSignal): AsyncGenerator<KubeObject[], JsonObject> {
    const items = this.#transport.list({
      path: this.#path,
      query: { ...this.#selectors, ...query },
      accept: this.#accept('PartialObjectMetadataList'),
      timeoutMs: listTimeoutMs,
      as: this.#as,
      signal,
    });
    for (;;) {
      const next = await items.next();
      if (next.done === true) return next.value;
      yield next.value.map((item) => this.#complete(item as KubeObject));
    }
  }

  /**
   * Yields the events after `resourceVersion`, until the server ends the watch. An ERROR event is thrown as the error
   * that its Status describes.
   *
   * @param timeoutSeconds after how many seconds the server ends the watch.
   * @param idleTimeoutMs how long the server may send nothing before the watch rejects with reason Timeout, in
   *   milliseconds.
   */
  async *events(
    resourceVersion: string,
    timeoutSeconds: number,
    idleTimeoutMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent, void> {
    const query = {
      ...this.#selectors,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion,
      timeoutSeconds,
    };
    const accept = this.#accept('PartialObjectMetadata');
    for await (const event of this.#transport.watch({
      path: this.#path,
      query,
      accept,
      as: this.#as,
      idleTimeoutMs,
      signal,
    })) {
      yield this.#read(event);
    }
  }

  #read({ type, object }: JsonObject): WatchEvent {
    if (typeof object !== 'object' || object === null) {
      throw new ClusterError('ServerError', 'an event of a watch has no object');
    }
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
      case 'BOOKMARK':
        return { type, object: this.#complete(object as KubeObject) };
      case 'ERROR':
        throw toStatusError(object);
      default:
        throw new ClusterError('ServerError', 'an event of a watch has an unknown type');
    }
  }

  /** Sets `apiVersion` and `kind`: items of built-in lists lack them, and partial objects say PartialObjectMetadata. */
  #complete(object: KubeObject): KubeObject {
    if (object.kind === this.#type.kind && object.apiVersion === this.#apiVersion) return object;
    return { ...object, apiVersion: this.#apiVersion, kind: this.#type.kind };
  }

  #accept(partialKind: string): string {
    return this.#metadataOnly ? `application/json;as=${partialKind};g=meta.k8s.io;v=v1` : 'application/json';
  }
}
