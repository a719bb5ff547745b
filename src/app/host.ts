import dotI from '@dot-i/k8s-operator';
import type { KubeObject } from '../api/object.ts';
import { parseKey } from '../core/objects/ownership.ts';
import { createReflectorFactory } from '../kube/watch/reflector.ts';
import type { Transport } from '../kube/http/transport.ts';
import type { Settings } from '../operator/context/dependencies.ts';
import type { Shard } from '../operator/watch/shard.ts';
import { createReconcile } from '../operator/reconcile.ts';
import { WatchSet } from '../operator/watch/watch-set.ts';
import type { LeaderElector } from '../ports/leader.ts';
import type { Change, Reflector, ReflectorFactory, WatchTarget } from '../ports/reflector.ts';
import { Controller } from '../runtime/controller.ts';
import { FairWorkQueue } from '../runtime/work-queue.ts';
import { ageKeys } from './age-keys.ts';
import { expressions } from './expressions.ts';
import { type Lines, type LinesOptions, openLines } from './api-server.ts';

const CRDS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' } as const;

/** How long a reconcile may run before it is taken for one that hangs, in milliseconds: each of its requests ends in 30 s. */
const HANGING_MS = 1_800_000;

/** What the host is told. */
export interface HostOptions extends LinesOptions {
  /** Blueprints that are reconciled at a time. */
  concurrent: number;
  /** What the flags say of every blueprint. */
  settings: Settings;
  /** Which blueprints are this operator's. */
  shard: Shard;
}

type ResourceEvent = Parameters<Parameters<dotI.default['watchResource']>[3]>[0];

/**
 * The operator as a program: an `Operator` of @dot-i/k8s-operator, which loads the kubeconfig and gives `init`,
 * `start`, `stop` and `watchResource` their shape. Behind them stands our own machinery, because theirs ends the
 * process when a watch does, misses deletions and works off one queue for everything.
 */
export class FluxBlueprintHost extends dotI.default {
  readonly #options: HostOptions;
  readonly #queue: FairWorkQueue;
  readonly #running = new Set<Reflector>();
  #stack: Stack | undefined;
  #ready = false;
  readonly #lost = Promise.withResolvers<string>();
  #isLost = false;

  /** Throws where there is no kubeconfig to be had, or a malformed one. */
  constructor(options: HostOptions) {
    super(options.logger);
    // What client-node falls back to where it finds nothing; plain HTTP is refused later with a riddle.
    if (this.kubeConfig.getCurrentCluster()?.server === 'http://localhost:8080')
      throw new Error('KUBECONFIG is not set, ~/.kube/config does not exist, and this is no pod');
    this.#options = options;
    const { clock, metrics } = options;
    this.#queue = new FairWorkQueue({ clock, random: Math.random, metrics: metrics?.queue });
  }

  /** Whether every local copy is complete, and blueprints are being reconciled, or will be when this process leads. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Resolves with the reason when leadership is lost: nothing is written from then on, and the process has to end. */
  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  /** Whether no reconcile hangs. */
  get alive(): boolean {
    return (this.#stack?.controller.longestMs ?? 0) < HANGING_MS;
  }

  /** The connection to the API server; undefined before the start. */
  get transport(): Transport | undefined {
    return this.#stack?.transport;
  }

  /** Ends the watches, lets reconciles under way end, and closes the connections. */
  override stop(): void {
    void this.shutDown();
  }

  /** {@link stop}, and resolves when it is done. */
  async shutDown(): Promise<void> {
    this.#ready = false;
    const stack = this.#stack;
    stack?.watches.stop();
    // Without leadership, what is under way has nothing left that it may do.
    await stack?.controller.stop(this.#isLost ? 0 : undefined);
    await Promise.all([...this.#running].map((reflector) => reflector.stop()));
    if (!this.#isLost) await stack?.events.flush();
    await stack?.connection.close();
    await stack?.election?.stop();
  }

  protected override async init(): Promise<void> {
    const stack = this.#buildStack();
    this.#stack = stack;
    await this.watchResource(CRDS.group, CRDS.version, CRDS.plural, (event) => {
      stack.watches.onCrd(event.meta.name);
      return Promise.resolve();
    });
    await stack.election?.elector.observe();
    const listedFrom = this.#options.clock.monotonic();
    await stack.watches.start();
    this.#ready = true;
    if (stack.election === undefined) stack.controller.start();
    else void this.#lead(stack, stack.election.elector, listedFrom);
  }

  /** Reconciles from when this process leads. What others wrote until then is read first. */
  async #lead({ watches, controller }: Stack, elector: LeaderElector, listedFrom: number): Promise<void> {
    const won = await elector.lead();
    void elector.lost.then((reason) => {
      this.#isLost = true;
      this.#lost.resolve(reason);
    });
    if (won === undefined) return;
    // Who stops while the copies are read anew is told so by them.
    if (won.freeSince > listedFrom) await watches.refresh().catch(() => undefined);
    if (elector.remainingMs() > 0) controller.start();
  }

  /** Watches a resource by its metadata. The reflector behind it never gives up, and tells missed deletions too. */
  protected override watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const target: WatchTarget = {
      type: { group, version, plural, kind: plural, namespaced: namespace !== undefined },
      namespace,
      metadataOnly: true,
    };
    this.#startWatch(target, (change) => {
      onEvent(toResourceEvent(plural, change)).catch((error: unknown) => {
        this.#options.logger.error('a watcher failed', { plural, error: String(error) });
      });
    });
    return Promise.resolve();
  }

  protected override getCustomResourceApiUri(
    group: string,
    version: string,
    plural: string,
    namespace?: string,
  ): string {
    const server = this.kubeConfig.getCurrentCluster()?.server ?? '';
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    return `${server}${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}`;
  }

  #startWatch(target: WatchTarget, onChange: (change: Change) => void): Reflector {
    if (this.#stack === undefined) throw new Error('the host is not initialized');
    const reflector = this.#stack.reflectors(target);
    this.#running.add(reflector);
    reflector.start(onChange);
    return reflector;
  }

  #buildStack(): Stack {
    const { clock, logger, concurrent, settings, shard, metrics } = this.#options;
    const lines = openLines(this.kubeConfig, this.#options);
    const { transport, discovery, cluster, events } = lines;
    const watches = new WatchSet({
      discovery,
      queue: this.#queue,
      clock,
      logger,
      shard,
      startWatch: (target, onChange) => this.#startWatch(target, onChange),
      defaultServiceAccount: settings.defaultServiceAccount,
      onLeft: (key) => {
        controller.abandon(key);
      },
    });
    const reconcile = createReconcile({
      settings,
      cluster,
      cache: watches,
      events,
      clock,
      logger,
      ageKeys,
      expressions,
      metrics: metrics?.blueprints,
    });
    const controller = new Controller({
      name: 'fluxblueprint',
      queue: this.#queue,
      workers: concurrent,
      reconcile,
      logger,
      clock,
      describe: (key) => ({ FluxBlueprint: parseKey(key) }),
      onReconciled: metrics?.controller.onReconciled,
    });
    metrics?.controller.follow(controller);
    const reflectors = createReflectorFactory({ transport, clock, random: Math.random, logger });
    return { ...lines, watches, controller, reflectors };
  }
}

interface Stack extends Lines {
  watches: WatchSet;
  controller: Controller;
  reflectors: ReflectorFactory;
}

const EVENT_TYPES = {
  Added: dotI.ResourceEventType.Added,
  Modified: dotI.ResourceEventType.Modified,
  Deleted: dotI.ResourceEventType.Deleted,
};

function toResourceEvent(plural: string, change: Change): ResourceEvent {
  const object = change.object as KubeObject & { metadata: { name: string } };
  const meta = dotI.ResourceMetaImpl.createWithPlural(plural, object as never);
  return { meta, type: EVENT_TYPES[change.type], object: object as never };
}
