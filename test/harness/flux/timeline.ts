import { GROUP, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { createReflectorFactory } from '../../../src/kube/watch/reflector.ts';
import type { Reflector } from '../../../src/ports/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import type { TestClient } from '../api-server/client.ts';
import { recordLog } from '../record-log.ts';
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
  readonly #reflectors: readonly Reflector[];
  readonly #moments: Moment[] = [];

  private constructor(reflectors: readonly Reflector[]) {
    this.#reflectors = reflectors;
  }

  /** Begins to watch; resolves when every watch has its first list. Call `stop` in the end. */
  static async start(client: TestClient, namespace: string): Promise<Timeline> {
    const { transport, discovery } = client;
    const create = createReflectorFactory({
      transport,
      clock: systemClock,
      random: Math.random,
      logger: recordLog(),
    });
    const reflectors = [...GENERATED_KINDS, { group: GROUP, kind: KIND }].map(({ group, kind }) => {
      const type = discovery.find(group, kind);
      if (type === undefined) throw new Error(`${kind} is not served`);
      return create({ type, namespace });
    });
    const timeline = new Timeline(reflectors);
    for (const reflector of reflectors) {
      reflector.start(({ object }) => {
        const at = Number(object.metadata.resourceVersion);
        timeline.#moments.push({ object, at, ms: performance.now() });
      });
    }
    await Promise.all(reflectors.map((reflector) => reflector.waitForSync()));
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
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }
}
