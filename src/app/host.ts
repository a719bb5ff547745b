import dotI from '@dot-i/k8s-operator';
import { GROUP } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import { ApiCluster } from '../kube/cluster.ts';
import { Connection } from '../kube/connection.ts';
import { ApiDiscovery } from '../kube/discovery.ts';
import { ApiEventRecorder } from '../kube/event-recorder.ts';
import { createReflectorFactory } from '../kube/reflector.ts';
import { HttpTransport, type Transport } from '../kube/transport.ts';
import type { Settings } from '../operator/ports.ts';
import { createReconcile } from '../operator/reconcile.ts';
import { WatchSet } from '../operator/watch-set.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Change, Reflector, ReflectorFactory, WatchTarget } from '../ports/reflector.ts';
import { Controller } from '../runtime/controller.ts';
import { FairWorkQueue } from '../runtime/work-queue.ts';
import { ageKeys } from './age-keys.ts';
import { expressions } from './expressions.ts';
import type { OperatorMetrics } from './metrics.ts';
import { VERSION } from './version.ts';

const CRDS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' } as const;

/** How long a reconcile may run before it is taken for one that hangs, in milliseconds: each of its requests ends in 30 s. */
const HANGING_MS = 1_800_000;

/** What the host is told. */
export interface HostOptions {
  logger: Logger;
  clock: Clock;
  /** Blueprints that are reconciled at a time. */
  concurrent: number;
  /** Names this process in events. */
  instance: string;
  /** What the flags say of every blueprint. */
  settings: Settings;
  /** Told what is done; default: nobody is. */
  metrics?: OperatorMetrics | undefined;
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

  /** Whether every local copy is complete and blueprints are being reconciled. */
  get ready(): boolean {
    return this.#ready;
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
    await stack?.controller.stop();
    await Promise.all([...this.#running].map((reflector) => reflector.stop()));
    await stack?.events.flush();
    await stack?.connection.close();
  }

  protected override async init(): Promise<void> {
    const stack = this.#buildStack();
    this.#stack = stack;
    await this.watchResource(CRDS.group, CRDS.version, CRDS.plural, (event) => {
      stack.watches.onCrd(event.meta.name);
      return Promise.resolve();
    });
    await stack.watches.start();
    stack.controller.start();
    this.#ready = true;
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
    const { clock, logger, instance, concurrent, settings, metrics } = this.#options;
    const connection = new Connection({ config: this.kubeConfig, clock, version: VERSION });
    const requests = metrics?.requests(this.kubeConfig.getCurrentCluster()?.server ?? '');
    const transport = new HttpTransport({ connection, clock, metrics: requests });
    const discovery = new ApiDiscovery(transport);
    const cluster = new ApiCluster(transport, discovery);
    const events = new ApiEventRecorder({
      transport,
      clock,
      random: Math.random,
      logger,
      reportingController: `${GROUP}/operator`,
      reportingInstance: instance,
    });
    const watches = new WatchSet({
      discovery,
      queue: this.#queue,
      clock,
      logger,
      startWatch: (target, onChange) => this.#startWatch(target, onChange),
      defaultServiceAccount: settings.defaultServiceAccount,
    });
    const reconcile = createReconcile({
      settings,
      cluster,
      views: watches,
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
      describe: (key) => ({ FluxBlueprint: nameKey(key) }),
      onReconciled: metrics?.controller.onReconciled,
    });
    metrics?.controller.follow(controller);
    const reflectors = createReflectorFactory({ transport, clock, random: Math.random, logger });
    return { connection, transport, events, watches, controller, reflectors };
  }
}

function nameKey(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

interface Stack {
  connection: Connection;
  transport: Transport;
  events: ApiEventRecorder;
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
