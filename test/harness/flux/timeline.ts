import { GROUP, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import type { TestClient } from '../api-server/client.ts';
import { type KindWatches, watchKinds } from '../api-server/watch-kinds.ts';
import { waitFor } from '../wait-for.ts';

/** A state of an object, as a watch reported it. */
export interface Moment {
  object: KubeObject;
  /** Its place in the order of all writes to the cluster: the resource version. */
  at: number;
  /** When it arrived here (monotonic, milliseconds). */
  ms: number;
}

const KINDS = [...GENERATED_KINDS, { group: GROUP, kind: KIND }];

/** Records by watches every state of the blueprints in a namespace and of the objects that they generate. */
export class Timeline {
  readonly #client: TestClient;
  readonly #namespace: string;
  readonly #moments: Moment[] = [];
  #watches: KindWatches | undefined;

  private constructor(client: TestClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Begins to watch; resolves when every watch has its first list. Call `stop` in the end. */
  static async start(client: TestClient, namespace: string): Promise<Timeline> {
    const timeline = new Timeline(client, namespace);
    timeline.#watches = await watchKinds(client, KINDS, { namespace }, ({ object }) => {
      const at = Number(object.metadata.resourceVersion);
      timeline.#moments.push({ object, at, ms: performance.now() });
    });
    return timeline;
  }

  /** The states of an object so far, in order, up to the one that the API server has now. */
  async of(kind: string, name: string): Promise<Moment[]> {
    // A watch is later than an answer of the API server: whoever waited for a state there finds it here too.
    const now = await this.#readVersion(kind, name);
    return waitFor(`the watch has what the API server has of ${kind} ${name}`, () => {
      const moments = this.#arrivedOf(kind, name);
      return (moments.at(-1)?.at ?? 0) >= now ? moments : undefined;
    });
  }

  /** Waits for a state of an object for which `isSo` holds, and answers the first one. `what` completes the failure. */
  async until(
    what: string,
    kind: string,
    name: string,
    isSo: (object: KubeObject) => boolean,
  ): Promise<Moment> {
    const value = await waitFor(`${kind} ${name} ${what}`, () => {
      return this.#arrivedOf(kind, name).find(({ object }) => isSo(object));
    });
    return value;
  }

  /** Ends the watches. */
  async stop(): Promise<void> {
    await this.#watches?.stop();
  }

  #arrivedOf(kind: string, name: string): Moment[] {
    return this.#moments.filter(({ object }) => object.kind === kind && object.metadata.name === name);
  }

  /** The resource version of an object; 0 where there is none. */
  async #readVersion(kind: string, name: string): Promise<number> {
    const group = KINDS.find((one) => one.kind === kind)?.group ?? '';
    const type = this.#client.discovery.find(group, kind);
    if (type === undefined) throw new Error(`${kind} is not served`);
    const apiVersion = `${group}/${type.version}`;
    const live = await this.#client.cluster.get({ apiVersion, kind, namespace: this.#namespace, name });
    return Number(live?.metadata.resourceVersion ?? 0);
  }
}
