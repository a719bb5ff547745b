import type { KubeObject } from '../../../src/api/object.ts';
import { createReflectorFactory } from '../../../src/kube/watch/reflector.ts';
import type { Reflector } from '../../../src/ports/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { recordLog } from '../record-log.ts';
import type { TestClient } from './client.ts';
import { waitFor } from '../wait-for.ts';

/**
 * Every version of the objects of one kind in a namespace, as a watch reports them. The resource version of an object
 * is the revision of the whole store, so that it says in which order objects of different kinds were written.
 */
export class VersionLog {
  readonly #versions: KubeObject[] = [];
  readonly #reflector: Reflector;

  private constructor(reflector: Reflector) {
    this.#reflector = reflector;
  }

  /** Begins to watch; resolves when the watch has what is there now. */
  static async start(
    { transport, discovery }: TestClient,
    namespace: string,
    kind: { group: string; kind: string },
  ): Promise<VersionLog> {
    const type = discovery.find(kind.group, kind.kind);
    if (type === undefined) throw new Error(`${kind.kind} is not served`);
    const shared = { transport, clock: systemClock, random: Math.random, logger: recordLog() };
    const log = new VersionLog(createReflectorFactory(shared)({ type, namespace }));
    log.#reflector.start(({ object }) => log.#versions.push(object));
    await log.#reflector.waitForSync();
    return log;
  }

  /** Waits for the first version that `matches`; answers its resource version as a number. */
  async firstVersion(what: string, matches: (object: KubeObject) => boolean): Promise<number> {
    const value = await waitFor(what, () => Promise.resolve(this.#versions.find(matches)));
    return Number(value.metadata.resourceVersion);
  }

  /** Ends the watch. */
  stop(): Promise<void> {
    return this.#reflector.stop();
  }
}
