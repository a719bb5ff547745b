import { KIND, Label, MANAGED_BY, MAX_OBJECTS } from '../../api/names.ts';
import { refOf, splitApiVersion, type KubeObject, type ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { GENERATED_KINDS } from '../../core/kinds/index.ts';
import { readInventory, refOfTracked } from '../../core/objects/inventory.ts';
import { equalJson } from '../../core/values/json.ts';
import { keepManagers } from '../../core/objects/managed-fields.ts';
import { type BlueprintKey, isLabelledFor, ownerOf, toKey } from '../../core/objects/ownership.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Discovery } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Change } from '../../ports/reflector.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import { AccountWatch } from './service-account-watch.ts';
import { DeliveryWatch } from './alert-delivery-watch.ts';
import type { Cache, UndeliveredAlert, WatchedDependency } from '../context/dependencies.ts';
import { Referents } from './dependency-watch.ts';
import { type Scope, namespacesOf } from './shard.ts';
import { WatchBlueprints } from './blueprint-watch.ts';
import { type StartWatch, WatchCopies } from './local-copies.ts';

/** What a {@link WatchSet} needs. */
export interface WatchSetOptions {
  discovery: Discovery;
  queue: WorkQueue;
  clock: Clock;
  logger: Logger;
  startWatch: StartWatch;
  /** The account of blueprints that name none. */
  defaultServiceAccount?: string | undefined;
  scope: Scope;
  /** Told the key of a blueprint that has left the scope. */
  onLeft: (key: string) => void;
}

/** How long the start waits for kinds that only some blueprints generate, in milliseconds. */
const EXTRA_SYNC_MS = 5_000;

/** When discovery is asked after a CRD changed, in milliseconds: it lags behind the CRD, and nothing tells when. */
const DISCOVERY_LOOKS_MS = [0, 300, 1000, 3000, 10_000, 30_000];

/**
 * Watches blueprints, everything generated from them, and the CRDs of Flux; turns each change into the key of the
 * blueprint that it concerns. Kinds that come, go or change their version are followed while running.
 */
export class WatchSet implements Cache {
  readonly #options: WatchSetOptions;
  readonly #blueprints: WatchBlueprints;
  readonly #generated = new Map<string, WatchCopies>();
  readonly #wanted = new Map(GENERATED_KINDS.map((type) => [`${type.group}/${type.kind}`, type]));
  readonly #referents: Referents;
  #accounts: AccountWatch | undefined;
  #deliveries: DeliveryWatch | undefined;
  #context: CompileContext = { served: new Map(), maxObjects: MAX_OBJECTS };
  #following: Promise<void> = Promise.resolve();
  #looks: Timer[] = [];
  readonly #abort = new AbortController();

  constructor(options: WatchSetOptions) {
    this.#options = options;
    this.#blueprints = new WatchBlueprints(options);
    this.#referents = new Referents(options);
  }

  /** Starts all watches and resolves when every local copy is complete. */
  async start(): Promise<void> {
    const { discovery, startWatch, scope } = this.#options;
    await discovery.refresh(this.#abort.signal);
    await this.#blueprints.start(this.#abort.signal);
    this.#accounts = new AccountWatch(startWatch, namespacesOf(scope), (namespace, name) => {
      this.#onAccount(namespace, name);
    });
    this.#deliveries = new DeliveryWatch(startWatch, namespacesOf(scope), (alert) => {
      this.#wakeOwner(this.generated(alert));
    });
    this.#wantTracked();
    const first = this.#following.then(() => this.#followKinds());
    this.#following = first.catch(() => undefined);
    await first;
    await this.#untilAllSynced();
    this.#renewContext();
  }

  /** Kinds that blueprints generated before: without their copies, what is there would look as if it were not. */
  #wantTracked(): void {
    for (const blueprint of this.#blueprints.list()) {
      const { status } = blueprint as unknown as Blueprint;
      for (const tracked of readInventory(status)) this.#want(refOfTracked(tracked));
    }
  }

  /** Waits for every kind that all installations have, and only so long for others: nobody's blueprint holds up all. */
  async #untilAllSynced(): Promise<void> {
    const always = new Set(GENERATED_KINDS.map(({ group, kind }) => `${group}/${kind}`));
    const [needed, others] = [true, false].map((wanted) =>
      [...this.#generated].filter(([key]) => always.has(key) === wanted).map(([, copies]) => copies),
    );
    await Promise.all((needed ?? []).map((copies) => copies.waitForSync(this.#abort.signal)));
    const late = new Promise<void>((resolve) => {
      this.#looks.push(this.#options.clock.after(EXTRA_SYNC_MS, resolve));
    });
    const synced = (others ?? []).map((copies) => copies.waitForSync(this.#abort.signal));
    await Promise.race([late, Promise.all(synced)]);
  }

  /**
   * Resolves when all that was written to blueprints before this call is in their copy: their inventories must not be
   * read from before what another operator wrote last. What the copies lack of generated objects is asked of the cluster,
   * and what they tell too late is made good when it comes.
   */
  refresh(): Promise<void> {
    return this.#blueprints.refresh(this.#abort.signal);
  }

  /** Ends the following of kinds; the host stops the reflectors. */
  stop(): void {
    this.#abort.abort();
    for (const look of this.#looks) look.cancel();
  }

  blueprint(namespace: string, name: string): KubeObject | undefined {
    return this.#blueprints.get(namespace, name);
  }

  generated(ref: ObjectRef): KubeObject | undefined {
    return this.#generated.get(kindKey(ref))?.get(ref.namespace, ref.name);
  }

  owned(key: BlueprintKey): ObjectRef[] {
    const found: ObjectRef[] = [];
    for (const copies of this.#generated.values())
      for (const object of copies.list()) if (isLabelledFor(object.metadata, key)) found.push(refOf(object));
    return found;
  }

  account(namespace: string, name: string): boolean | undefined {
    return this.#accounts?.has(namespace, name);
  }

  undelivered(alert: ObjectRef): UndeliveredAlert | undefined {
    return this.#deliveries?.lastOf(alert);
  }

  follow(key: string, referents: readonly WatchedDependency[]): void {
    this.#referents.follow(key, referents);
  }

  see(referent: WatchedDependency): { live: KubeObject | undefined } | undefined {
    return this.#referents.see(referent);
  }

  lacks(ref: ObjectRef): string | undefined {
    const { apiVersion, kind } = ref;
    const { group } = splitApiVersion(apiVersion);
    // The core group is always there, and never watched.
    if (group === '') return undefined;
    if (this.#generated.get(kindKey(ref))?.covers(ref.namespace) === false)
      return `the namespace ${ref.namespace ?? ''} to be among those that the operator watches`;
    if (this.#context.served.has(kindKey(ref))) return undefined;
    if (this.#want(ref)) this.#following = this.#following.then(() => this.#lookAtDiscovery());
    return this.#options.discovery.find(group, kind) === undefined
      ? `the CRD of ${kind} (${apiVersion})`
      : `the watch of ${kind} (${apiVersion}), for which the operator must be allowed to list and watch it`;
  }

  /** Wants a kind to be followed; false where it is already, or never will be. */
  #want(ref: ObjectRef): boolean {
    const { group } = splitApiVersion(ref.apiVersion);
    if (group === '' || this.#wanted.has(kindKey(ref))) return false;
    this.#wanted.set(kindKey(ref), { group, kind: ref.kind });
    return true;
  }

  assume(object: KubeObject): void {
    const copies = object.kind === KIND ? this.#blueprints : this.#generated.get(kindKey(object));
    copies?.assume(object);
  }

  context(): CompileContext {
    return this.#context;
  }

  /** An account came or went: whoever writes as it can go on, or must not. */
  #onAccount(namespace: string, name: string): void {
    for (const { metadata, ...rest } of this.#blueprints.list()) {
      const { spec } = rest as unknown as Pick<Blueprint, 'spec'>;
      const account = spec.serviceAccountName ?? this.#options.defaultServiceAccount;
      if (account === name && metadata.namespace === namespace)
        this.#options.queue.add(toKey({ namespace, name: metadata.name }), Priority.Event);
    }
  }

  #onGenerated(change: Change): void {
    this.#wakeOwner(change.object);
    if (change.type === 'Modified') this.#wakeOwner(change.old);
  }

  /** Has the blueprint of a generated object looked at. It may be another operator's. */
  #wakeOwner(object: KubeObject | undefined): void {
    const owner = object === undefined ? undefined : ownerOf(object.metadata);
    if (owner !== undefined && this.blueprint(owner.namespace, owner.name) !== undefined)
      this.#options.queue.add(toKey(owner), Priority.Event);
  }

  /** Told when a CRD came, went or changed: if it is one of Flux, what is served is asked anew. */
  onCrd(name: string): void {
    if (
      this.#abort.signal.aborted ||
      ![...this.#wanted.values()].some(({ group }) => name.endsWith(`.${group}`))
    )
      return;
    for (const look of this.#looks) look.cancel();
    this.#looks = DISCOVERY_LOOKS_MS.map((ms) =>
      this.#options.clock.after(ms, () => {
        this.#following = this.#following.then(() => this.#lookAtDiscovery());
      }),
    );
  }

  async #lookAtDiscovery(): Promise<void> {
    try {
      await this.#options.discovery.refresh(this.#abort.signal);
      await this.#followKinds();
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#options.logger.warn('discovery failed', { error: String(error) });
    }
  }

  /** Watches the kinds that are served now, and no others. */
  async #followKinds(): Promise<void> {
    const { discovery, startWatch, logger, scope } = this.#options;
    for (const { group, kind } of this.#wanted.values()) {
      const key = `${group}/${kind}`;
      const type = discovery.find(group, kind);
      const watched = this.#generated.get(key);
      if (equalJson(watched?.type, type)) continue;
      this.#generated.delete(key);
      if (watched !== undefined) await watched.stop();
      if (type === undefined) continue;
      const labelSelector = `${Label.ManagedBy}=${MANAGED_BY}`;
      const target = { type, labelSelector, namespaces: namespacesOf(scope), keepManagers };
      const copies = new WatchCopies(target, startWatch, (change) => {
        this.#onGenerated(change);
      });
      logger.info('watching', { group, version: type.version, kind });
      this.#generated.set(key, copies);
      // Not awaited: a kind that never lists, or goes away again, must not keep others from being followed.
      copies
        .waitForSync(this.#abort.signal)
        .then(() => {
          this.#renewContext();
        })
        .catch(() => undefined);
    }
    this.#renewContext();
  }

  /** A kind counts as served when its copy is complete; one that changes its version goes on in the old one until then. */
  #renewContext(): void {
    const served = new Map<string, string>();
    for (const [key, { synced, type }] of this.#generated) {
      const version = synced ? type.version : this.#context.served.get(key);
      if (version !== undefined) served.set(key, version);
    }
    if (equalJson(Object.fromEntries(served), Object.fromEntries(this.#context.served))) return;
    this.#context = { served, maxObjects: MAX_OBJECTS };
    this.#blueprints.enqueueAll();
  }
}

function kindKey({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `${splitApiVersion(apiVersion).group}/${kind}`;
}
