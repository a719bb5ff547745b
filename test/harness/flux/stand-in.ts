import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { releaseOf } from '../../../src/core/releases/release.ts';
import { isObject, textAt, valueAt } from '../../../src/core/values/json.ts';
import type { TestClient } from '../api-server/client.ts';
import { type KindWatches, watchKinds } from '../api-server/watch-kinds.ts';

const FLUX_FINALIZER = 'finalizers.fluxcd.io';
const MANAGER = 'flux-stand-in';

/** The kinds that have a status. */
const PLAYED = GENERATED_KINDS.filter(
  ({ group }) => group.startsWith('source.') || group.startsWith('kustomize.') || group.startsWith('helm.'),
);

/** Something that was deployed, and the last thing that Flux would have done with it. */
export interface Deed {
  /** `path` of a Kustomization with the name of an object in it, or a Helm release. */
  what: string;
  /** The object that had it done, as `Kind/namespace/name`. */
  by: string;
  deed: 'applied' | 'deleted';
}

/** How a {@link FluxStandIn} plays. */
export interface StandInOptions {
  /** Where it plays. Default: in all namespaces. */
  namespace?: string;
  /** The names of the objects in a path. A path that is not here has one that is named like it. */
  contents?: Map<string, readonly string[]>;
  /** How long an apply takes after the object was read, in milliseconds. Default: 0. */
  applyMs?: () => number;
}

/**
 * Plays kustomize-controller and helm-controller in a namespace, as far as moves go by them: finalizers, requests,
 * inventories and histories, and what they delete for whom. It deploys into a list, in which each object has the owner
 * that applied it last; a controller deletes only what is still its own.
 */
export class FluxStandIn {
  /** What was done to what, in order. */
  readonly deeds: Deed[] = [];
  readonly #client: TestClient;
  readonly #options: StandInOptions;
  readonly #owners = new Map<string, string>();
  readonly #working = new Map<string, Promise<void>>();
  #watches: KindWatches | undefined;
  #stopped = false;

  private constructor(client: TestClient, options: StandInOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Begins to play. Call `stop` in the end. */
  static async start(client: TestClient, options: StandInOptions = {}): Promise<FluxStandIn> {
    const standIn = new FluxStandIn(client, options);
    const { namespace } = options;
    standIn.#watches = await watchKinds(client, PLAYED, { namespace }, ({ object }) => {
      standIn.#enqueue(object);
    });
    return standIn;
  }

  /** What is deployed, with its owner, sorted. */
  get deployed(): string[] {
    return [...this.#owners].map(([what, by]) => `${what} by ${by}`).sort();
  }

  /** What was deleted, with who had it done. */
  get deleted(): string[] {
    return this.deeds.filter(({ deed }) => deed === 'deleted').map(({ what, by }) => `${what} by ${by}`);
  }

  /** Ends the watches, and waits for the last work. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watches?.stop();
    await Promise.all(this.#working.values());
  }

  #enqueue(object: KubeObject): void {
    const key = nameOf(object);
    const before = this.#working.get(key) ?? Promise.resolve();
    this.#working.set(
      key,
      before.then(() => this.#reconcile(object)).catch(() => undefined),
    );
  }

  async #reconcile(seen: KubeObject): Promise<void> {
    if (this.#stopped) return;
    const ref = refOf(seen);
    const object = await this.#client.cluster.get(ref);
    if (object === undefined) return;
    const deploys = object.kind === 'Kustomization' || object.kind === 'HelmRelease';
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const others = finalizers.filter((one) => one !== FLUX_FINALIZER);
    if (deletionTimestamp !== undefined) {
      if (deploys && !isSuspended(object)) this.#deleteFor(object);
      await this.#setFinalizers(object, others);
    } else if (deploys && others.length === finalizers.length) {
      await this.#setFinalizers(object, [...others, FLUX_FINALIZER]);
    } else await this.#handle(object, deploys);
  }

  async #setFinalizers(object: KubeObject, finalizers: string[]): Promise<void> {
    await this.#client.cluster.merge(refOf(object), { metadata: { finalizers } }, { fieldManager: MANAGER });
  }

  async #handle(object: KubeObject, deploys: boolean): Promise<void> {
    const request = object.metadata.annotations?.[RECONCILE_REQUEST];
    const handled = textAt(object['status'], ['lastHandledReconcileAt']);
    const observed = valueAt(object['status'], ['observedGeneration']);
    const suspended = isSuspended(object);
    const isDone = suspended ? request === handled : observed === object.metadata.generation;
    if (isDone && request === handled) return;
    // A suspended object keeps what its status says of what it deploys.
    const before = isObject(object['status']) ? object['status'] : {};
    if (!suspended) await this.#pause();
    const status = suspended
      ? before
      : { ...before, ...(deploys ? this.#apply(object) : {}), ...ready(object) };
    await this.#client.cluster.mergeStatus(
      refOf(object),
      { status: { ...status, ...(request === undefined ? {} : { lastHandledReconcileAt: request }) } },
      { fieldManager: MANAGER },
    );
  }

  async #pause(): Promise<void> {
    const ms = this.#options.applyMs?.() ?? 0;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Deploys what an object says, and answers what its status tells of that. */
  #apply(object: KubeObject): object {
    const by = nameOf(object);
    const names = this.#contentsOf(object);
    for (const what of names) {
      this.#owners.set(what, by);
      this.deeds.push({ what, by, deed: 'applied' });
    }
    if (object.kind === 'Kustomization') {
      // What it deployed before and does no more is pruned, as far as it is its own still.
      for (const [what, owner] of this.#owners)
        if (owner === by && !names.includes(what)) this.#remove(what, by);
      const entries = names.map((what) => ({
        id: `deployed_${what.replaceAll('/', '-')}__ConfigMap`,
        v: 'v1',
      }));
      return { inventory: { entries } };
    }
    const release = releaseOf(object['spec'] as Parameters<typeof releaseOf>[0], refName(object));
    const { name, storageNamespace } = release;
    const snapshot = {
      name,
      namespace: storageNamespace,
      version: 1,
      status: 'deployed',
      chartName: 'chart',
      chartVersion: '1.0.0',
      configDigest: `sha256:${'0'.repeat(64)}`,
      digest: `sha256:${'0'.repeat(64)}`,
      firstDeployed: '2026-01-01T00:00:00Z',
      lastDeployed: '2026-01-01T00:00:00Z',
    };
    return { history: [snapshot], storageNamespace };
  }

  #deleteFor(object: KubeObject): void {
    const by = nameOf(object);
    const { spec } = object;
    if (object.kind === 'Kustomization' && valueAt(spec, ['deletionPolicy']) === 'Orphan') return;
    for (const [what, owner] of this.#owners) {
      // Helm uninstalls a release for whomever it is named by; kustomize-controller deletes what has its labels.
      const goes = object.kind === 'HelmRelease' ? this.#contentsOf(object).includes(what) : owner === by;
      if (!goes) continue;
      this.#remove(what, by);
    }
  }

  #remove(what: string, by: string): void {
    this.#owners.delete(what);
    this.deeds.push({ what, by, deed: 'deleted' });
  }

  #contentsOf(object: KubeObject): readonly string[] {
    if (object.kind === 'HelmRelease') {
      const release = releaseOf(object['spec'] as Parameters<typeof releaseOf>[0], refName(object));
      return [`release ${release.storageNamespace}/${release.name}`];
    }
    const path = textAt(object['spec'], ['path']) ?? '';
    return this.#options.contents?.get(path) ?? [path];
  }
}

function refName({ metadata: { name, namespace = '' } }: KubeObject): { name: string; namespace: string } {
  return { name, namespace };
}

function nameOf({ kind, metadata: { namespace = '', name } }: KubeObject): string {
  return `${kind}/${namespace}/${name}`;
}

function isSuspended({ spec }: KubeObject): boolean {
  return valueAt(spec, ['suspend']) === true;
}

function ready({ metadata: { generation = 1 } }: KubeObject): object {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: '',
    observedGeneration: generation,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  return { observedGeneration: generation, conditions: [condition] };
}
