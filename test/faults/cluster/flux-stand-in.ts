import { setTimeout as sleep } from 'node:timers/promises';
import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import { externalSecret } from '../../../src/core/kinds/external-secret.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { assessHealth, isSettled } from '../../../src/core/health/health.ts';
import { createReflectorFactory } from '../../../src/kube/watch/reflector.ts';
import type { Reflector } from '../../../src/ports/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { isBystander } from './bystanders.ts';

/** The finalizer of Flux's controllers. */
const FLUX_FINALIZER = 'finalizers.fluxcd.io';

/** Kinds without a finalizer of Flux. */
const WITHOUT_FINALIZER: ReadonlySet<string> = new Set(['Alert', 'Provider', 'ExternalSecret']);

/** How often it goes through its local copies, in milliseconds. */
const SWEEP_MS = 50;

const silent = { debug, info: debug, warn: debug, error: debug, with: () => silent };

function debug(): void {
  // The log is of no interest here.
}

/**
 * Does what Flux's controllers do to the objects themselves: puts a finalizer on them, makes them ready, and removes
 * the finalizer when they are deleted. It repeats what fails for as long as it runs.
 */
export class FluxStandIn {
  readonly #client: TestClient;
  readonly #reflectors: Reflector[] = [];
  readonly #underWay = new Set<string>();
  readonly #frozen = new Set<string>();
  #running = true;
  #loop: Promise<void> = Promise.resolve();

  private constructor(client: TestClient) {
    this.#client = client;
  }

  /** Starts it for all that operators generate. */
  static async start(client: TestClient): Promise<FluxStandIn> {
    const flux = new FluxStandIn(client);
    const { transport, discovery } = client;
    const create = createReflectorFactory({
      transport,
      clock: systemClock,
      random: Math.random,
      logger: silent,
      maxDelayMs: 1000,
    });
    for (const { group, kind } of [...GENERATED_KINDS, externalSecret]) {
      const type = discovery.find(group, kind);
      if (type === undefined) throw new Error(`${kind} is not served`);
      const reflector = create({ type, labelSelector: `${Label.ManagedBy}=${MANAGED_BY}` });
      flux.#reflectors.push(reflector);
      reflector.start(() => undefined);
    }
    await Promise.all(flux.#reflectors.map((reflector) => reflector.waitForSync()));
    flux.#loop = flux.#run();
    return flux;
  }

  /** Ignores the objects of a namespace from now on. */
  freeze(namespace: string): void {
    this.#frozen.add(namespace);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#loop;
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  async #run(): Promise<void> {
    while (this.#running) {
      for (const { store } of this.#reflectors) for (const object of store.list()) this.#handle(object);
      await sleep(SWEEP_MS);
    }
  }

  #handle(object: KubeObject): void {
    const { uid = '', namespace = '' } = object.metadata;
    if (isBystander(object) || this.#underWay.has(uid) || this.#frozen.has(namespace)) return;
    const action = this.#chooseAction(object);
    if (action === undefined) return;
    this.#underWay.add(uid);
    action()
      // The next sweep finds what is still to be done.
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(uid));
  }

  #chooseAction(object: KubeObject): (() => Promise<unknown>) | undefined {
    const { deletionTimestamp, finalizers = [], resourceVersion } = object.metadata;
    const others = finalizers.filter((finalizer) => finalizer !== FLUX_FINALIZER);
    const held = others.length < finalizers.length;
    const hold = (list: string[]) => () =>
      this.#client.cluster.merge(
        refOf(object),
        { metadata: { finalizers: list, resourceVersion } },
        { fieldManager: 'flux-stand-in' },
      );
    if (deletionTimestamp !== undefined) return held ? hold(others) : undefined;
    if (!held && !WITHOUT_FINALIZER.has(object.kind)) return hold([...others, FLUX_FINALIZER]);
    if (isSettled(assessHealth(object).state)) return undefined;
    return () => this.#client.setReady(refOf(object), 'True');
  }
}
