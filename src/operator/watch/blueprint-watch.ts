import { GROUP, KIND, PLURAL, RECONCILE_REQUEST, VERSION } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { equalJson } from '../../core/values/json.ts';
import { hasFinalizer } from '../../core/objects/finalizer.ts';
import { trimManagers } from '../../core/objects/managed-fields.ts';
import { type BlueprintKey, toKey } from '../../core/objects/ownership.ts';
import type { ResourceType } from '../../ports/cluster.ts';
import type { Change, Selection } from '../../ports/reflector.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import { outlineBlueprint } from './blueprint-outline.ts';
import { LostBlueprints } from './lost-blueprints.ts';
import { type Shard, isSelected, namespacesOf, toLabelSelector } from './copies/shard.ts';
import { type StartWatch, LocalCopies } from './copies/local-copies.ts';

const BLUEPRINT_TYPE: ResourceType = {
  group: GROUP,
  version: VERSION,
  kind: KIND,
  plural: PLURAL,
  namespaced: true,
};

/**
 * How long the operator that had a blueprint before gets to notice that it has left its shard, in milliseconds, and how
 * long the last requests for one that was lost get to end.
 */
const HANDOVER_MS = 1_000;

/** What a {@link BlueprintWatch} needs. */
export interface BlueprintWatchOptions {
  shard: Shard;
  queue: WorkQueue;
  startWatch: StartWatch;
  /** Called with the key of a blueprint that has left the shard: its reconcile has to end now. */
  onLeft: (key: string) => void;
}

/** The local copy of the blueprints of a shard. Adds the key of each that changes to the queue. */
export class BlueprintWatch {
  readonly #options: BlueprintWatchOptions;
  readonly #lost = new LostBlueprints();
  #copies: LocalCopies | undefined;

  constructor(options: BlueprintWatchOptions) {
    this.#options = options;
  }

  /** Starts the watch, and resolves when the copy is complete. */
  async start(signal: AbortSignal): Promise<void> {
    const { shard, startWatch } = this.#options;
    const target = {
      type: BLUEPRINT_TYPE,
      labelSelector: toLabelSelector(shard),
      namespaces: namespacesOf(shard),
      keep: trimManagers,
      outline: outlineBlueprint,
    };
    this.#copies = new LocalCopies(target, startWatch, (change) => {
      this.#onChange(change);
    });
    await this.#copies.waitForSync(signal);
  }

  /** Resolves when the copy holds everything that was written before this call. */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.#copies?.refresh(signal);
  }

  /** A blueprint, or its outline where it is too large; undefined when there is none. */
  get(namespace: string, name: string): KubeObject | undefined {
    return this.#copies?.get(namespace, name);
  }

  /** Whether there is a blueprint of this name. */
  has(namespace: string, name: string): boolean {
    return this.#copies?.has(namespace, name) === true;
  }

  /** Every blueprint, or some of them. */
  *list(which?: Selection): IterableIterator<KubeObject> {
    yield* this.#copies?.list(which) ?? [];
  }

  /** Puts the answer to one of our own writes into the copy, unless the blueprint is another operator's by now. */
  assume(object: KubeObject): void {
    if (isSelected(object, this.#options.shard)) this.#copies?.assume(object);
  }

  /** Adds every blueprint to the queue, as for a resync. */
  enqueueAll(): void {
    for (const object of this.list()) this.#options.queue.add(keyOf(object), Priority.Resync);
    for (const key of this.#lost.keys()) this.#options.queue.add(key, Priority.Resync);
  }

  /** The last state of a blueprint that went, or left the shard, with our finalizer; undefined where none did. */
  lost(key: BlueprintKey): KubeObject | undefined {
    return this.#lost.get(key);
  }

  forgetLost(key: BlueprintKey): void {
    this.#lost.forget(key);
  }

  #onChange(change: Change): void {
    // Our own writes of the status come back as changes, and need no reconcile.
    if (change.type === 'Modified' && isStatusOnly(change.old, change.object)) return;
    const { object } = change;
    // A watch also says Deleted when the selector no longer selects an object, which then is not being deleted.
    const left = change.type === 'Deleted' && object.metadata.deletionTimestamp === undefined;
    if (left) this.#onLeft(object);
    const arrived = change.type === 'Added' && this.#copies?.synced === true;
    const handedOver = (left || arrived) && hasFinalizer(object.metadata);
    this.#options.queue.addAfter(keyOf(object), handedOver ? HANDOVER_MS : 0, Priority.Spec);
  }

  /** Ends the reconcile of a blueprint that has left the shard, or was lost: the API server alone knows which. */
  #onLeft(object: KubeObject): void {
    this.#options.onLeft(keyOf(object));
    if (hasFinalizer(object.metadata)) this.#lost.note(object);
  }
}

function keyOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return toKey({ namespace, name });
}

/** Whether nothing changed that needs a reconcile: the spec, the deletion, the finalizers, or a reconcile request. */
function isStatusOnly(old: KubeObject, object: KubeObject): boolean {
  const relevant = ({ metadata }: KubeObject): unknown[] => [
    metadata.uid,
    metadata.generation,
    metadata.deletionTimestamp,
    metadata.finalizers ?? [],
    metadata.annotations?.[RECONCILE_REQUEST],
  ];
  return equalJson(relevant(old), relevant(object));
}
