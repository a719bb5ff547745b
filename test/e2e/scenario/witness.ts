import type { KubeObject } from '../../../src/api/object.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type KindWatches, watchKinds } from '../../harness/api-server/watch-kinds.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** The kinds that scenarios deploy. */
const KINDS = [
  { group: '', kind: 'ConfigMap' },
  { group: 'apps', kind: 'Deployment' },
];

/** What happened to deployed objects from the first to the last moment, as `Kind/namespace/name`. */
export interface Verdict {
  /** Those that were asked to go, or went. */
  deleted: string[];
  /** Those that were there with another uid or another creationTimestamp later. */
  recreated: string[];
  /** Those whose generation changed: a Deployment would have started its pods anew. */
  restarted: string[];
}

/** Sees by watches all that ever happens to what is deployed in some namespaces. */
export class Witness {
  readonly #client: TestClient;
  readonly #namespaces: readonly string[];
  readonly #seen = new Map<string, { uids: Set<string>; generations: Set<number>; deleted: boolean }>();
  #watches: KindWatches[] = [];

  private constructor(client: TestClient, namespaces: readonly string[]) {
    this.#client = client;
    this.#namespaces = namespaces;
  }

  /** Begins to watch. Call `stop` in the end. */
  static async start(client: TestClient, ...namespaces: string[]): Promise<Witness> {
    const witness = new Witness(client, namespaces);
    witness.#watches = await Promise.all(
      namespaces.map((namespace) =>
        watchKinds(client, KINDS, { namespace }, ({ type, object }, kind) => {
          witness.#note(kind, object, type === 'Deleted');
        }),
      ),
    );
    return witness;
  }

  /** The names of all that was seen, sorted. */
  get names(): string[] {
    return [...this.#seen.keys()].sort();
  }

  /** What happened so far, up to a write that is made now. */
  async judge(): Promise<Verdict> {
    await this.#catchUp();
    const those = (
      isSo: (seen: { uids: Set<string>; generations: Set<number>; deleted: boolean }) => boolean,
    ): string[] =>
      [...this.#seen]
        .filter(([, seen]) => isSo(seen))
        .map(([name]) => name)
        .sort();
    return {
      deleted: those(({ deleted }) => deleted),
      recreated: those(({ uids }) => uids.size > 1),
      restarted: those(({ generations }) => generations.size > 1),
    };
  }

  /** Ends the watches. */
  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watches) => watches.stop()));
  }

  #note(kind: string, { metadata }: KubeObject, gone: boolean): void {
    const { name, namespace = '', uid = '', creationTimestamp = '', generation = 1 } = metadata;
    if (name.startsWith('witness-') || name === 'kube-root-ca.crt') return;
    const key = `${kind}/${namespace}/${name}`;
    const seen = this.#seen.get(key) ?? { uids: new Set(), generations: new Set(), deleted: false };
    this.#seen.set(key, seen);
    seen.uids.add(`${uid} ${creationTimestamp}`);
    seen.generations.add(generation);
    if (gone || metadata.deletionTimestamp !== undefined) seen.deleted = true;
  }

  /** Waits until the watches have reported what was written before: they report it in its order. */
  async #catchUp(): Promise<void> {
    for (const namespace of this.#namespaces) {
      const name = `witness-${crypto.randomUUID().slice(0, 8)}`;
      for (const object of [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } },
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name, namespace },
          spec: {
            replicas: 0,
            selector: { matchLabels: { app: name } },
            template: {
              metadata: { labels: { app: name } },
              spec: { containers: [{ name, image: 'example.com/none' }] },
            },
          },
        },
      ])
        await this.#client.apply(object);
      await waitFor(`the watches have seen ${name}`, () => {
        const found = this.#watches.flatMap(({ objects }) => objects);
        return found.filter(({ metadata }) => metadata.name === name).length === KINDS.length;
      });
    }
  }
}
