/**
 * The local copies of one type, spread over namespaces (here), and the part of a cluster that an operator watches
 * (`shard.ts`). Nothing here knows what the objects are for. Begin with {@link LocalCopies}.
 */
import type { KubeObject } from '../../../api/object.ts';
import type { ResourceType } from '../../../ports/cluster.ts';
import type { Change, CopyRules, Reflector, Selection, WatchTarget } from '../../../ports/reflector.ts';

/** Makes a reflector and starts it, with `onChange` called for each change. The host provides it. */
export type StartWatch = (target: WatchTarget, onChange: (change: Change) => void) => Reflector;

/** What {@link LocalCopies} watch. */
export interface LocalCopiesTarget extends CopyRules {
  type: ResourceType;
  labelSelector?: string;
  fieldSelector?: string;
  /** Reads metadata only. Default: whole objects. */
  metadataOnly?: boolean;
  /** `undefined` stands for all of them. A cluster-scoped type is watched as a whole in any case. */
  namespaces: readonly (string | undefined)[];
}

/**
 * The local copies of one type: either one of all namespaces, or one of each namespace, so that a Role in each of them
 * suffices.
 */
export class LocalCopies {
  readonly type: ResourceType;
  readonly #copies: ReadonlyMap<string | undefined, Reflector>;

  constructor(target: LocalCopiesTarget, startWatch: StartWatch, onChange: (change: Change) => void) {
    const { namespaces: wanted, ...rest } = target;
    this.type = rest.type;
    const namespaces = rest.type.namespaced ? wanted : [undefined];
    this.#copies = new Map(
      namespaces.map((namespace) => [namespace, startWatch({ ...rest, namespace }, onChange)]),
    );
  }

  /** Whether each copy is complete. */
  get synced(): boolean {
    return [...this.#copies.values()].every(({ synced }) => synced);
  }

  /** Whether objects of a namespace are among them. */
  covers(namespace: string | undefined): boolean {
    return this.#copyOf(namespace) !== undefined;
  }

  /** The object of this name; undefined when no copy holds it. */
  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#copyOf(namespace)?.store.get(namespace, name);
  }

  /** Whether a copy holds an object of this name. */
  has(namespace: string | undefined, name: string): boolean {
    return this.#copyOf(namespace)?.store.has(namespace, name) === true;
  }

  /** Every object of every copy, or some of them. */
  *list(which?: Selection): IterableIterator<KubeObject> {
    for (const { store } of this.#copies.values()) yield* store.list(which);
  }

  /** Puts the answer to one of our own writes into the copy of its namespace. */
  assume(object: KubeObject): void {
    this.#copyOf(object.metadata.namespace)?.store.assume(object);
  }

  /** Resolves when each copy is complete or stopped; rejects with the signal's reason when aborted. */
  async waitForSync(signal: AbortSignal): Promise<void> {
    await this.#each((copy) => copy.waitForSync(signal));
    signal.throwIfAborted();
  }

  /**
   * Resolves when each copy holds everything that was written before this call, or is stopped; rejects with the
   * signal's reason when aborted.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.#each((copy) => copy.refresh(signal));
    signal.throwIfAborted();
  }

  /** Ends the watches. */
  async stop(): Promise<void> {
    await this.#each((copy) => copy.stop());
  }

  async #each(act: (copy: Reflector) => Promise<void>): Promise<void> {
    await Promise.all([...this.#copies.values()].map((copy) => act(copy).catch(() => undefined)));
  }

  #copyOf(namespace: string | undefined): Reflector | undefined {
    return this.#copies.get(undefined) ?? this.#copies.get(namespace);
  }
}
