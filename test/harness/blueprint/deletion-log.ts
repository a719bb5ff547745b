import type { KubeObject } from '../../../src/api/object.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { type KindWatches, watchKinds } from '../api-server/watch-kinds.ts';
import type { Tenant } from './tenant.ts';
import { waitFor } from '../wait-for.ts';

/** Records which objects of the generated kinds were deleted in a tenant's namespace, in order. */
export class DeletionLog {
  readonly #gone = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  #watches: KindWatches | undefined;

  /** Begins to watch the kinds that are served. */
  static async start({ client, namespace, extraKinds }: Tenant): Promise<DeletionLog> {
    const log = new DeletionLog();
    const kinds = [...GENERATED_KINDS, ...extraKinds].filter(({ group, kind }) => {
      return client.discovery.find(group, kind) !== undefined;
    });
    log.#watches = await watchKinds(client, kinds, { namespace }, ({ type, object }, kind) => {
      log.#note(type, { ...object, kind });
    });
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
    await this.#watches?.stop();
    return this.gone;
  }
}
