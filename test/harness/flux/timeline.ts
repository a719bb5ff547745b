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

/** Records by watches every state of the blueprints in a namespace and of the objects that they generate. */
export class Timeline {
  readonly #moments: Moment[] = [];
  #watches: KindWatches | undefined;

  /** Begins to watch; resolves when every watch has its first list. Call `stop` in the end. */
  static async start(client: TestClient, namespace: string): Promise<Timeline> {
    const timeline = new Timeline();
    const kinds = [...GENERATED_KINDS, { group: GROUP, kind: KIND }];
    timeline.#watches = await watchKinds(client, kinds, { namespace }, ({ object }) => {
      const at = Number(object.metadata.resourceVersion);
      timeline.#moments.push({ object, at, ms: performance.now() });
    });
    return timeline;
  }

  /** The states of an object so far, in order. */
  of(kind: string, name: string): Moment[] {
    return this.#moments.filter(({ object }) => object.kind === kind && object.metadata.name === name);
  }

  /** Waits for a state of an object for which `isSo` holds, and answers the first one. `what` completes the failure. */
  async until(
    what: string,
    kind: string,
    name: string,
    isSo: (object: KubeObject) => boolean,
  ): Promise<Moment> {
    const value = await waitFor(`${kind} ${name} ${what}`, () => {
      return Promise.resolve(this.of(kind, name).find(({ object }) => isSo(object)));
    });
    return value;
  }

  /** Ends the watches. */
  async stop(): Promise<void> {
    await this.#watches?.stop();
  }
}
