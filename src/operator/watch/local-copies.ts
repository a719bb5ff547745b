import type { KubeObject } from '../../api/object.ts';
import type { ResourceType } from '../../ports/cluster.ts';
import type { Change, KeepManagers, Reflector, WatchTarget } from '../../ports/reflector.ts';

/** Starts a reflector; the host gives this. */
export type StartWatch = (target: WatchTarget, onChange: (change: Change) => void) => Reflector;

/** What {@link WatchCopies} watch. */
export interface CopiesTarget {
  type: ResourceType;
  labelSelector?: string;
  fieldSelector?: string;
  metadataOnly?: boolean;
  keepManagers?: KeepManagers;
  /** `undefined` stands for all of them. A type without namespaces is watched as a whole in any case. */
  namespaces: readonly (string | undefined)[];
}

/** The local copies of one type: one of all namespaces, or one of each, so that a Role in each of them is enough. */
export class WatchCopies {
  readonly type: ResourceType;
  readonly #copies: ReadonlyMap<string | undefined, Reflector>;

  constructor(target: CopiesTarget, startWatch: StartWatch, onChange: (change: Change) => void) {
    const { namespaces: wanted, ...rest } = target;
    this.type = rest.type;
    const namespaces = rest.type.namespaced ? wanted : [undefined];
    this.#copies = new Map(
      namespaces.map((namespace) => [namespace, startWatch({ ...rest, namespace }, onChange)]),
    );
  }

  /** Whether each of them is complete. */
  get synced(): boolean {
    return [...this.#copies.values()].every(({ synced }) => synced);
  }

  /** Whether objects of a namespace are among them. */
  covers(namespace: string | undefined): boolean {
    return this.#copyOf(namespace) !== undefined;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#copyOf(namespace)?.store.get(namespace, name);
  }

  *list(): IterableIterator<KubeObject> {
    for (const { store } of this.#copies.values()) yield* store.list();
  }

  /** Puts the answer of our own write into its copy. */
  assume(object: KubeObject): void {
    this.#copyOf(object.metadata.namespace)?.store.assume(object);
  }

  /** Resolves when each of them is complete, or stopped before. */
  async waitForSync(signal: AbortSignal): Promise<void> {
    await this.#each((copy) => copy.waitForSync(signal));
    signal.throwIfAborted();
  }

  /** Resolves when each of them holds all that was written before this call, or is stopped before. */
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
