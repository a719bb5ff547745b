import type { KubeObject } from '../../../src/api/object.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { createReflectorFactory } from '../../../src/kube/watch/reflector.ts';
import type { Reflector } from '../../../src/ports/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import type { Tenant } from './tenant.ts';
import { waitFor } from '../wait-for.ts';

const silent = { debug, info: debug, warn: debug, error: debug, with: () => silent };

function debug(): void {
  // The log is of no interest here.
}

/** Records which objects of the generated kinds were deleted in a tenant's namespace, in order. */
export class DeletionLog {
  readonly #reflectors: Reflector[] = [];
  readonly #gone = new Map<string, number>();
  readonly #asked = new Map<string, number>();

  /** Begins to watch. */
  static async start(tenant: Tenant): Promise<DeletionLog> {
    const log = new DeletionLog();
    const { transport, discovery } = tenant.client;
    const create = createReflectorFactory({
      transport,
      clock: systemClock,
      random: Math.random,
      logger: silent,
    });
    for (const { group, kind } of [...GENERATED_KINDS, ...tenant.extraKinds]) {
      const type = discovery.find(group, kind);
      if (type === undefined) continue;
      const reflector = create({ type, namespace: tenant.namespace });
      log.#reflectors.push(reflector);
      reflector.start(({ type: change, object }) => {
        log.#note(change, { ...object, kind });
      });
    }
    await Promise.all(log.#reflectors.map((reflector) => reflector.waitForSync()));
    return log;
  }

  #note(change: string, { kind, metadata }: KubeObject): void {
    const name = `${kind}/${metadata.name}`;
    const version = Number(metadata.resourceVersion);
    if (change === 'Deleted') this.#gone.set(name, version);
    if (metadata.deletionTimestamp !== undefined && !this.#asked.has(name)) this.#asked.set(name, version);
  }

  /** The objects that are gone so far, as `Kind/name`, in the order of their resource versions: that of etcd. */
  get gone(): string[] {
    return [...this.#gone].sort(([, a], [, b]) => a - b).map(([name]) => name);
  }

  /** Whether the deletion of an object has been asked for. */
  wasAsked(name: string): boolean {
    return this.#asked.has(name) || this.#gone.has(name);
  }

  /** Waits until `count` objects are gone, ends the watches and answers what went. */
  async end(count: number): Promise<string[]> {
    await waitFor(`${count} objects are gone`, () => this.#gone.size >= count);
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
    return this.gone;
  }
}
