import dotI from '@dot-i/k8s-operator';
import { type KubeObject, identifyObject } from '../api/object.ts';
import type { Transport } from '../kube/http/transport.ts';
import type { LeaderElector } from '../ports/leader.ts';
import type { Change, WatchTarget } from '../ports/reflector.ts';
import { type Assembly, type AssemblyOptions, assemble } from './assembly.ts';

const CRDS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' } as const;

/** A reconcile that runs for longer counts as hanging, in milliseconds. Each of its requests ends within 30 s. */
const HANGING_MS = 1_800_000;

type ResourceEvent = Parameters<Parameters<dotI.default['watchResource']>[3]>[0];

/**
 * The operator as a program: an `Operator` of @dot-i/k8s-operator, which loads the kubeconfig and gives `init`,
 * `start`, `stop` and `watchResource` their shape. The machinery behind them is our own, because that of the library
 * ends the process when a watch ends, misses deletions, and has one queue for everything.
 */
export class FluxBlueprintHost extends dotI.default {
  readonly #options: AssemblyOptions;
  /** Undefined before the start. */
  #assembly: Assembly | undefined;
  #ready = false;
  readonly #lost = Promise.withResolvers<string>();
  #isLost = false;

  /** Throws if there is no kubeconfig, or if it is malformed. */
  constructor(options: AssemblyOptions) {
    super(options.logger);
    // client-node's fallback if it finds no kubeconfig. A request to it would fail with an obscure error.
    if (this.kubeConfig.getCurrentCluster()?.server === 'http://localhost:8080')
      throw new Error('KUBECONFIG is not set, ~/.kube/config does not exist, and this is no pod');
    this.#options = options;
  }

  /** Whether every local copy is complete, so that blueprints are reconciled as soon as this process leads. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Resolves with the reason when leadership is lost. Nothing is written from then on, and the process has to end. */
  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  /** Whether no reconcile hangs. */
  get alive(): boolean {
    return (this.#assembly?.controller.longestMs ?? 0) < HANGING_MS;
  }

  /** Sends requests to the API server; undefined before the start. */
  get transport(): Transport | undefined {
    return this.#assembly?.transport;
  }

  /** Begins {@link shutDown}, without waiting for its end. */
  override stop(): void {
    void this.shutDown();
  }

  /** Stops the watches, waits for running reconciles, and closes the connections. */
  async shutDown(): Promise<void> {
    this.#ready = false;
    const assembly = this.#assembly;
    assembly?.watches.stop();
    // Without leadership the running reconciles cannot write any more: there is nothing to wait for.
    await assembly?.controller.stop(this.#isLost ? 0 : undefined);
    await assembly?.stop();
    if (!this.#isLost) await assembly?.events.flush();
    await assembly?.connection.close();
    await assembly?.election?.stop();
  }

  protected override async init(): Promise<void> {
    const assembly = assemble(this.kubeConfig, this.#options);
    this.#assembly = assembly;
    const { watches, election } = assembly;
    await this.watchResource(CRDS.group, CRDS.version, CRDS.plural, (event) => {
      watches.onCrd(event.meta.name);
      return Promise.resolve();
    });
    await election?.elector.observe();
    const listedFrom = this.#options.clock.monotonic();
    await watches.start();
    this.#ready = true;
    if (election === undefined) begin(assembly);
    else void this.#reconcileAsLeader(assembly, election.elector, listedFrom);
  }

  /**
   * Waits until this process leads, then starts the controller. `listedFrom` is when the local copies began to be
   * listed, in monotonic milliseconds.
   */
  async #reconcileAsLeader(assembly: Assembly, elector: LeaderElector, listedFrom: number): Promise<void> {
    const won = await elector.lead();
    void elector.lost.then((reason) => {
      this.#isLost = true;
      this.#lost.resolve(reason);
    });
    // Stopped before it could lead.
    if (won === undefined) return;
    // The leader before may have written after that: its writes must be in the copies. Only a stop makes this fail.
    if (won.freeSince > listedFrom) await assembly.watches.refresh().catch(() => undefined);
    if (elector.remainingMs() > 0) begin(assembly);
  }

  /** Watches the metadata of a resource. The reflector behind it never gives up, and also reports missed deletions. */
  protected override watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    if (this.#assembly === undefined) throw new Error('the host is not initialized');
    const target: WatchTarget = {
      type: { group, version, plural, kind: plural, namespaced: namespace !== undefined },
      namespace,
      metadataOnly: true,
      keep: identifyObject,
    };
    this.#assembly.startWatch(target, (change) => {
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

/** Reconciles every blueprint now, and each whenever something happens to it. */
function begin({ queue, watches, controller }: Assembly): void {
  queue.open();
  watches.enqueueAll();
  controller.start();
}
