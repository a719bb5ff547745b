/**
 * The local copies that reconciles read, and the watches that keep them up to date and wake blueprints up.
 *
 * This room turns what changes in the cluster into keys of the work queue. It starts reflectors and reads their stores
 * through ports; it writes nothing to the cluster. Begin here: {@link WatchSet} is the one object that the host starts
 * and that reconciles read. Behind it stand one watch for blueprints (`blueprint-watch.ts`), those for generated
 * objects (`kind-watches.ts`), one for what deploys the same (`deployment-watch.ts`), and those for what blueprints
 * depend on and did not make (`dependency-watch.ts`, `service-account-watch.ts`, `alert-delivery-watch.ts`), and one
 * for stored revisions (`revision-watch.ts`). `copies/` spreads a watch over namespaces, and says which blueprints are
 * this operator's.
 */
import { GROUP, KIND, REVISION_KIND } from '../../api/names.ts';
import { refOf, type KindRef, type KubeObject, type ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext, CompileLimits } from '../../core/compile/model/context.ts';
import { type BlueprintKey, isLabelledFor, ownerOf, toKey } from '../../core/objects/ownership.ts';
import type { Deployment } from '../../core/releases/deployment.ts';
import type { Deployer } from '../../core/releases/deployments.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Discovery } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Change } from '../../ports/reflector.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import type { Cache, RevisionOutline, UndeliveredAlert, WatchedDependency } from '../context/dependencies.ts';
import { AlertDeliveryWatch } from './alert-delivery-watch.ts';
import { kindsInInventory } from './blueprint-outline.ts';
import { BlueprintWatch } from './blueprint-watch.ts';
import { DependencyWatch } from './dependency-watch.ts';
import { DeploymentWatch } from './deployment-watch.ts';
import type { WatchLimits } from './watch-allowance.ts';
import { KindWatches } from './kind-watches.ts';
import { RevisionWatch } from './revision-watch.ts';
import type { StartWatch } from './copies/local-copies.ts';
import { ServiceAccountWatch } from './service-account-watch.ts';
import { type Shard, namespacesOf } from './copies/shard.ts';

/** What a {@link WatchSet} needs. */
export interface WatchSetOptions {
  discovery: Discovery;
  queue: WorkQueue;
  clock: Clock;
  logger: Logger;
  startWatch: StartWatch;
  /** The service account of blueprints that name none. */
  defaultServiceAccount?: string | undefined;
  shard: Shard;
  /** What one blueprint may ask for; the compiler obeys it. */
  limits: Partial<CompileLimits>;
  /** How many objects of others are watched. */
  watchLimits: WatchLimits;
  /** Called with the key of a blueprint that has left the shard. */
  onLeft: (key: string) => void;
}

/**
 * Watches blueprints, everything generated from them, and the CRDs of Flux, and adds the key of the blueprint that a
 * change concerns to the queue. Reconciles read the local copies through the {@link Cache} that it implements.
 */
export class WatchSet implements Cache {
  readonly #options: WatchSetOptions;
  readonly #blueprints: BlueprintWatch;
  readonly #kinds: KindWatches;
  readonly #dependencies: DependencyWatch;
  readonly #deployments: DeploymentWatch;
  #accounts: ServiceAccountWatch | undefined;
  #revisions: RevisionWatch | undefined;
  #deliveries: AlertDeliveryWatch | undefined;
  readonly #abort = new AbortController();

  constructor(options: WatchSetOptions) {
    this.#options = options;
    this.#blueprints = new BlueprintWatch(options);
    this.#kinds = new KindWatches({
      ...options,
      namespaces: namespacesOf(options.shard),
      isOurs: ({ namespace, name }) => this.#blueprints.has(namespace, name),
      onChange: (change) => {
        this.#onGenerated(change);
      },
      onServed: () => {
        this.#deployments.follow();
        this.enqueueAll();
      },
      signal: this.#abort.signal,
    });
    this.#dependencies = new DependencyWatch(options);
    this.#deployments = new DeploymentWatch({
      ...options,
      namespaces: namespacesOf(options.shard),
      generated: (ref) => this.#kinds.get(ref),
      wake: (owner) => {
        this.#wake(owner);
      },
    });
  }

  /** Starts all watches, and resolves when every local copy is complete. */
  async start(): Promise<void> {
    const { discovery, startWatch, shard } = this.#options;
    await discovery.refresh(this.#abort.signal);
    await this.#blueprints.start(this.#abort.signal);
    this.#accounts = new ServiceAccountWatch(startWatch, namespacesOf(shard), (namespace, name) => {
      this.#onAccount(namespace, name);
    });
    this.#deliveries = new AlertDeliveryWatch(startWatch, namespacesOf(shard), (alert) => {
      this.#wakeOwner(this.#kinds.get(alert));
    });
    for (const blueprint of this.#blueprints.list()) {
      const { namespace = '', name } = blueprint.metadata;
      this.#kinds.use(toKey({ namespace, name }), kindsInInventory(blueprint));
    }
    await Promise.all([this.#kinds.start(), this.#followRevisions()]);
  }

  /** Where a cluster was not upgraded in full, revisions are not served: blueprints without gates need none. */
  async #followRevisions(): Promise<void> {
    const { discovery, startWatch, shard } = this.#options;
    if (discovery.find(GROUP, REVISION_KIND) === undefined) return;
    this.#revisions = new RevisionWatch(startWatch, namespacesOf(shard), (blueprint) => {
      this.#wake(blueprint);
    });
    await this.#revisions.waitForSync(this.#abort.signal);
  }

  /**
   * Resolves when the copies hold everything that was written to blueprints and their revisions before this call: an
   * inventory must not be older than what another operator wrote last. The copies of generated objects are not
   * refreshed: a reconcile asks the API server for an object that they lack, and what they learn too late wakes its
   * blueprint up.
   */
  async refresh(): Promise<void> {
    const { signal } = this.#abort;
    await Promise.all([this.#blueprints.refresh(signal), this.#revisions?.refresh(signal)]);
  }

  /** Adds every blueprint to the queue. */
  enqueueAll(): void {
    this.#blueprints.enqueueAll();
  }

  /** Stops following kinds; the host stops the reflectors. */
  stop(): void {
    this.#abort.abort();
    this.#kinds.stop();
  }

  /** Call it with the name of a CRD that came, went or changed: discovery is read again if it is one of Flux. */
  onCrd(name: string): void {
    this.#kinds.onCrd(name);
  }

  blueprint(namespace: string, name: string): KubeObject | undefined {
    return this.#blueprints.get(namespace, name);
  }

  generated(owner: BlueprintKey, ref: ObjectRef): KubeObject | undefined {
    const found = this.#kinds.get(ref);
    return found !== undefined && isLabelledFor(found.metadata, owner) ? found : undefined;
  }

  owned(key: BlueprintKey): ObjectRef[] {
    return [...this.#kinds.listOf(key)].map(refOf);
  }

  lacks(ref: ObjectRef): string | undefined {
    return this.#kinds.lacks(ref);
  }

  account(namespace: string, name: string): boolean | undefined {
    return this.#accounts?.has(namespace, name);
  }

  undelivered(alert: ObjectRef): UndeliveredAlert | undefined {
    return this.#deliveries?.lastOf(alert);
  }

  lost(key: BlueprintKey): KubeObject | undefined {
    return this.#blueprints.lost(key);
  }

  forgetLost(key: BlueprintKey): void {
    this.#blueprints.forgetLost(key);
  }

  deployments(): number {
    return this.#deployments.changes;
  }

  otherDeployer(blueprint: BlueprintKey, ref: ObjectRef, deployment: Deployment): Deployer | undefined {
    return this.#deployments.find(blueprint, ref, deployment);
  }

  use(key: string, kinds: readonly KindRef[]): void {
    this.#kinds.use(key, kinds);
  }

  follow(key: string, dependencies: readonly WatchedDependency[]): void {
    this.#dependencies.follow(key, dependencies);
  }

  see(dependency: WatchedDependency): { live: KubeObject | undefined } | undefined {
    return this.#dependencies.see(dependency);
  }

  revisions(namespace: string, uid: string | undefined): RevisionOutline[] | undefined {
    return this.#revisions?.list(namespace, uid);
  }

  expectDeletion(uid: string): void {
    this.#revisions?.expectDeletion(uid);
  }

  assume(object: KubeObject): void {
    if (object.kind === REVISION_KIND) this.#revisions?.assume(object);
    else if (object.kind === KIND) this.#blueprints.assume(object);
    else this.#kinds.assume(object);
  }

  context(): CompileContext {
    return this.#kinds.context;
  }

  /** Wakes the blueprints that write as a service account which came or went: they can go on, or must stop. */
  #onAccount(namespace: string, name: string): void {
    for (const { metadata, ...rest } of this.#blueprints.list({ namespace })) {
      const { spec } = rest as unknown as Pick<Blueprint, 'spec'>;
      const account = spec.serviceAccountName ?? this.#options.defaultServiceAccount;
      if (account === name)
        this.#options.queue.add(toKey({ namespace, name: metadata.name }), Priority.Event);
    }
  }

  #onGenerated(change: Change): void {
    this.#deployments.note(change.object);
    this.#wakeOwner(change.object);
    if (change.type === 'Modified') this.#wakeOwner(change.old);
  }

  /** Has the blueprint of a generated object reconciled, unless it belongs to another operator. */
  #wakeOwner(object: KubeObject | undefined): void {
    const owner = object === undefined ? undefined : ownerOf(object.metadata);
    if (owner !== undefined) this.#wake(owner);
  }

  #wake(blueprint: BlueprintKey): void {
    if (this.#blueprints.has(blueprint.namespace, blueprint.name))
      this.#options.queue.add(toKey(blueprint), Priority.Event);
  }
}
