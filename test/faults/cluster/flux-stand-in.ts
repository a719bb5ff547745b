import { setTimeout as sleep } from 'node:timers/promises';
import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import { externalSecret } from '../../../src/core/kinds/external-secret.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { assessHealth, isSettled } from '../../../src/core/health/health.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type KindWatches, watchKinds } from '../../harness/api-server/watch-kinds.ts';
import { isBystander } from './bystanders.ts';

/** The finalizer of Flux's controllers. */
const FLUX_FINALIZER = 'finalizers.fluxcd.io';

/** Kinds without a finalizer of Flux. */
const WITHOUT_FINALIZER: ReadonlySet<string> = new Set(['Alert', 'Provider', 'ExternalSecret']);

/** How often it goes through its local copies, in milliseconds. */
const SWEEP_MS = 50;

/**
 * Does what Flux's controllers do to the objects themselves: puts a finalizer on them, makes them ready, and removes
 * the finalizer when they are deleted. It repeats what fails for as long as it runs.
 */
export class FluxStandIn {
  readonly #client: TestClient;
  readonly #underWay = new Set<string>();
  readonly #frozen = new Set<string>();
  #watches: KindWatches | undefined;
  #running = true;
  #loop: Promise<void> = Promise.resolve();

  private constructor(client: TestClient) {
    this.#client = client;
  }

  /** Starts it for all that operators generate, or for some kinds of it. */
  static async start(
    client: TestClient,
    kinds: readonly { group: string; kind: string }[] = [...GENERATED_KINDS, externalSecret],
  ): Promise<FluxStandIn> {
    const flux = new FluxStandIn(client);
    const target = { labelSelector: `${Label.ManagedBy}=${MANAGED_BY}`, maxDelayMs: 1000 };
    flux.#watches = await watchKinds(client, kinds, target);
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
    await this.#watches?.stop();
  }

  async #run(): Promise<void> {
    while (this.#running) {
      for (const object of this.#watches?.objects ?? []) this.#handle(object);
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
