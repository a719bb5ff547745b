import { FINALIZER, GROUP, KIND, PLURAL, RECONCILE_REQUEST, VERSION } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { equalJson } from '../../core/values/json.ts';
import { keepManagers } from '../../core/objects/managed-fields.ts';
import { toKey } from '../../core/objects/ownership.ts';
import type { ResourceType } from '../../ports/cluster.ts';
import type { Change } from '../../ports/reflector.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import { type Scope, isSelected, namespacesOf, toLabelSelector } from './shard.ts';
import { type StartWatch, WatchCopies } from './local-copies.ts';

const BLUEPRINT_TYPE: ResourceType = {
  group: GROUP,
  version: VERSION,
  kind: KIND,
  plural: PLURAL,
  namespaced: true,
};

/** How long the operator that had a blueprint before gets to hear that it has it no more, in milliseconds. */
const HANDOVER_MS = 1_000;

/** What {@link WatchBlueprints} need. */
export interface WatchBlueprintsOptions {
  scope: Scope;
  queue: WorkQueue;
  startWatch: StartWatch;
  /** Told the key of a blueprint that has left the scope: whatever is done about it ends now. */
  onLeft: (key: string) => void;
}

/** The local copy of the blueprints of a scope. Turns each change into a key of the queue. */
export class WatchBlueprints {
  readonly #options: WatchBlueprintsOptions;
  #copies: WatchCopies | undefined;

  constructor(options: WatchBlueprintsOptions) {
    this.#options = options;
  }

  /** Starts to watch, and resolves when the copy is complete. */
  async start(signal: AbortSignal): Promise<void> {
    const { scope, startWatch } = this.#options;
    const target = {
      type: BLUEPRINT_TYPE,
      labelSelector: toLabelSelector(scope),
      namespaces: namespacesOf(scope),
      keepManagers,
    };
    this.#copies = new WatchCopies(target, startWatch, (change) => {
      this.#onChange(change);
    });
    await this.#copies.waitForSync(signal);
  }

  /** Resolves when the copy holds all that was written before this call. */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.#copies?.refresh(signal);
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#copies?.get(namespace, name);
  }

  *list(): IterableIterator<KubeObject> {
    yield* this.#copies?.list() ?? [];
  }

  /** Puts the answer of our own write into the copy, unless it tells that the blueprint is another operator's now. */
  assume(object: KubeObject): void {
    if (isSelected(object, this.#options.scope)) this.#copies?.assume(object);
  }

  /** Adds every blueprint to the queue, as for a resync. */
  enqueueAll(): void {
    for (const object of this.list()) this.#options.queue.add(keyOf(object), Priority.Resync);
  }

  #onChange(change: Change): void {
    // Our own writes of the status come back as changes, and are none.
    if (change.type === 'Modified' && isOwnEcho(change.old, change.object)) return;
    const { queue, onLeft } = this.#options;
    const { object } = change;
    // Deleted is also told of one that the selector does not select any more: that one is not being deleted.
    if (change.type === 'Deleted' && object.metadata.deletionTimestamp === undefined) onLeft(keyOf(object));
    const handedOver = change.type === 'Added' && this.#copies?.synced === true && isClaimed(object);
    queue.addAfter(keyOf(object), handedOver ? HANDOVER_MS : 0, Priority.Spec);
  }
}

function keyOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return toKey({ namespace, name });
}

function isClaimed({ metadata: { finalizers = [] } }: KubeObject): boolean {
  return finalizers.includes(FINALIZER);
}

/** Whether nothing changed that a reconcile reads: not the spec, the deletion, the finalizers or a request. */
function isOwnEcho(old: KubeObject, object: KubeObject): boolean {
  const relevant = ({ metadata }: KubeObject): unknown[] => [
    metadata.uid,
    metadata.generation,
    metadata.deletionTimestamp,
    metadata.finalizers ?? [],
    metadata.annotations?.[RECONCILE_REQUEST],
  ];
  return equalJson(relevant(old), relevant(object));
}
