import { setTimeout as sleep } from 'node:timers/promises';
import { API_VERSION, PLURAL } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { toResourcePath } from '../../../src/kube/http/resource-path.ts';
import { kustomization } from '../../../src/core/kinds/kustomization.ts';
import type { TestClient } from '../api-server/client.ts';
import { type KindWatches, watchKinds } from '../api-server/watch-kinds.ts';
import { watchShortage } from '../measure/process-usage.ts';
import { waitFor } from '../wait-for.ts';
import { gitSource, layer } from './blueprints.ts';
import { type Change, type Latency, NeighbourReport, summarizeChanges } from './neighbour-report.ts';
import { Tenant } from './tenant.ts';

/** The Kustomization that the blueprint generates, and that is seen to change. */
const APPS = 'apps';

/** The two Kustomizations of the control. No blueprint has to do with them. */
const CONTROL = ['control-asked', 'control-answered'] as const;

/** How many changes are measured before an attack, unless the caller says for how long. */
const QUIET_CHANGES = 30;

/** The pause between two rounds of the control, in milliseconds: this is to be no load. */
const CONTROL_PAUSE_MS = 10;

/** How a {@link Neighbour} differs from others. */
export interface NeighbourOptions {
  /** Where it lives. Default: a new namespace. */
  namespace?: string;
  /** The client that writes its blueprint. Default: the same as for everything else. */
  writer?: TestClient;
  /** Fields of the blueprint's spec beside its source and its first layer, such as `serviceAccountName`. */
  spec?: object;
  /** The pause between two changes, in milliseconds. Default: 100. */
  pauseMs?: number;
}

/**
 * A tenant who means well. Its blueprint is changed again and again while something hostile goes on beside it, and each
 * change is timed: from before the blueprint is written until a watch shows the change at the generated object. Changes
 * never overlap.
 *
 * On a busy machine everything is slow, so a time alone says nothing. Therefore a control runs in the same moments, for
 * as long as the change lasts: it writes an object, sees that by the watch, writes another one and sees that. This is
 * what a change would take if the operator took no time at all: the same API server, watch, process and machine. What a
 * change takes over the slowest round of its control is the operator's own. It is compared with what it was in the same
 * run before the attack; where processors are short, it may be longer by the factor by which they are. None of this
 * hides a slow operator: the report prints the plain times too.
 */
export class Neighbour {
  readonly tenant: Tenant;
  readonly #writer: TestClient;
  readonly #pauseMs: number;
  /** By name: the path that a Kustomization was last seen with, and when (`performance.now()`). */
  readonly #seen = new Map<string, { path: string; at: number }>();
  /** The Kustomizations of its namespace that somebody deleted. Nobody is to. */
  readonly #deleted: string[] = [];
  #watches: KindWatches | undefined;
  #versions = 0;
  #applied = 0;
  #quiet: Latency | undefined;

  private constructor(tenant: Tenant, options: NeighbourOptions) {
    const { writer = tenant.client, pauseMs = 100 } = options;
    this.tenant = tenant;
    this.#writer = writer;
    this.#pauseMs = pauseMs;
  }

  /** Applies the blueprint, and waits until it is generated. Call {@link close} in the end. */
  static async open(client: TestClient, options: NeighbourOptions = {}): Promise<Neighbour> {
    const { namespace, spec = {} } = options;
    const tenant = namespace === undefined ? await Tenant.open(client) : Tenant.at(client, namespace);
    const neighbour = new Neighbour(tenant, options);
    await neighbour.#begin(spec);
    return neighbour;
  }

  /** How many changes were applied so far. */
  get applied(): number {
    return this.#applied;
  }

  /**
   * Measures without an attack, for as long as `act` runs. Where this is not called, {@link during} measures thirty
   * changes before the first attack.
   */
  async measureQuiet(act: () => Promise<unknown>): Promise<Latency> {
    const { changes, lost } = await this.#changeDuring(act);
    if (lost !== undefined) throw new Error(`without any attack ${lost}`);
    return (this.#quiet = summarizeChanges(changes));
  }

  /** Measures while `attack` runs. Rejects when `attack` does. */
  async during(attack: () => Promise<unknown>): Promise<NeighbourReport> {
    const quiet = this.#quiet ?? (await this.#measureSome());
    const readShortage = watchShortage();
    const before = this.#deleted.length;
    const { changes, lost } = await this.#changeDuring(attack);
    const deleted = this.#deleted.slice(before);
    return new NeighbourReport({ quiet, changes, lost, deleted, shortage: readShortage() });
  }

  /** Ends the watch. The blueprint and its objects stay. */
  async close(): Promise<void> {
    await this.#watches?.stop();
  }

  async #begin(spec: object): Promise<void> {
    const { client, namespace } = this.tenant;
    this.#watches = await watchKinds(client, [kustomization], { namespace }, ({ type, object }) => {
      if (type === 'Deleted') this.#deleted.push(object.metadata.name);
      else this.#note(object);
    });
    for (const name of CONTROL) await client.apply(toControl(name, namespace));
    const path = this.#nextPath();
    const first = { ...layer(APPS), path };
    await this.#writer.apply(this.tenant.manifest({ sources: [gitSource()], layers: [first], ...spec }));
    await this.#untilSeen(APPS, path);
  }

  async #measureSome(): Promise<Latency> {
    const target = this.#applied + QUIET_CHANGES;
    return this.measureQuiet(() =>
      waitFor(`${QUIET_CHANGES} changes are applied`, () => this.#applied >= target),
    );
  }

  /** Changes the blueprint until `act` has settled, at least once. Gives up at the first change that gets lost. */
  async #changeDuring(act: () => Promise<unknown>): Promise<{ changes: Change[]; lost: string | undefined }> {
    const changes: Change[] = [];
    const acting = { over: false };
    const acted = act().finally(() => {
      acting.over = true;
    });
    // It may fail long before it is awaited.
    acted.catch(() => undefined);
    let lost: string | undefined;
    do {
      try {
        changes.push(await this.#change());
      } catch (error) {
        lost = String(error);
        break;
      }
      await sleep(this.#pauseMs);
    } while (!acting.over);
    await acted;
    return { changes, lost };
  }

  async #change(): Promise<Change> {
    const change = { over: false };
    const control = this.#timeControl(change);
    control.catch(() => undefined);
    try {
      const path = this.#nextPath();
      const beganMs = performance.now();
      const tookMs = await this.#timeWrite(APPS, path, () => this.#writeBlueprint(path));
      change.over = true;
      this.#applied++;
      return { beganMs, tookMs, controlMs: await control };
    } finally {
      change.over = true;
    }
  }

  /** The slowest round of the control, in milliseconds, of those that began before the change was over. */
  async #timeControl(change: { readonly over: boolean }): Promise<number> {
    let slowest = 0;
    do {
      let round = 0;
      for (const name of CONTROL) {
        const path = this.#nextPath();
        round += await this.#timeWrite(name, path, () => this.#writeControl(name, path));
      }
      slowest = Math.max(slowest, round);
      await sleep(CONTROL_PAUSE_MS);
    } while (!change.over);
    return slowest;
  }

  /** From before a write until the watch shows a Kustomization with the path, in milliseconds. */
  async #timeWrite(name: string, path: string, write: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    // The API server may be too busy to take a write; writing it once more changes nothing.
    await waitFor(`${path} is written`, async () => {
      await write();
      return true;
    });
    return (await this.#untilSeen(name, path)) - began;
  }

  async #untilSeen(name: string, path: string): Promise<number> {
    const look = (): number | undefined => {
      const seen = this.#seen.get(name);
      return seen?.path === path ? seen.at : undefined;
    };
    return await waitFor(`Kustomization ${name} has the path ${path}`, look, { everyMs: 2 });
  }

  #note({ metadata, spec }: KubeObject & { spec?: { path?: string } }): void {
    const { path = '' } = spec ?? {};
    // Later changes of other fields, such as the status, are not when it was first seen.
    if (this.#seen.get(metadata.name)?.path === path) return;
    this.#seen.set(metadata.name, { path, at: performance.now() });
  }

  #nextPath(): string {
    return `./version-${++this.#versions}`;
  }

  #writeBlueprint(value: string): Promise<unknown> {
    const { namespace, name } = this.tenant.blueprintRef();
    return this.#writer.transport.request({
      method: 'PATCH',
      path: toResourcePath({ apiVersion: API_VERSION, plural: PLURAL, namespace, name }),
      contentType: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/spec/layers/0/path', value }],
    });
  }

  #writeControl(name: string, path: string): Promise<unknown> {
    return this.tenant.patch(this.tenant.ref('Kustomization', name), { spec: { path } });
  }
}

function toControl(name: string, namespace: string): object {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: { interval: '10m', prune: true, path: './', sourceRef: { kind: 'GitRepository', name: 'fleet' } },
  };
}
