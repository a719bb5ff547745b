import { type KindWatches, watchKinds } from '../api-server/watch-kinds.ts';
import type { TestClient } from '../api-server/client.ts';

/** What of a deployed object must not change where it is neither deleted nor made anew nor restarted. */
interface Identity {
  uid: string;
  generation: number;
  creationTimestamp: string;
}

/** Watches deployed objects in a namespace from its start on, and counts what happened to them. */
export class IdentityLog {
  readonly #first = new Map<string, Identity>();
  readonly #counts = { deleted: 0, recreated: 0, restarted: 0 };
  #watches: KindWatches | undefined;

  /** Begins to watch; resolves when every watch has its first list. Call `stop` in the end. */
  static async start(
    client: TestClient,
    namespace: string,
    kinds: readonly { group: string; kind: string }[],
  ): Promise<IdentityLog> {
    const log = new IdentityLog();
    log.#watches = await watchKinds(client, kinds, { namespace }, ({ type, object }, kind) => {
      const { name, uid = '', generation = 0, creationTimestamp = '', deletionTimestamp } = object.metadata;
      const deleted = type === 'Deleted' || deletionTimestamp !== undefined;
      log.#note(`${kind}/${name}`, { uid, generation, creationTimestamp }, deleted);
    });
    return log;
  }

  #note(name: string, now: Identity, deleted: boolean): void {
    const first = this.#first.get(name);
    if (deleted) this.#counts.deleted++;
    else if (first === undefined) this.#first.set(name, now);
    else if (first.uid !== now.uid || first.creationTimestamp !== now.creationTimestamp)
      this.#counts.recreated++;
    else if (first.generation !== now.generation) this.#counts.restarted++;
  }

  /** The objects that were seen, as `Kind/name`, sorted. */
  get names(): string[] {
    return [...this.#first.keys()].sort();
  }

  /** How often an object was deleted, had another uid than at first, and had another generation. */
  get counts(): Readonly<{ deleted: number; recreated: number; restarted: number }> {
    return { ...this.#counts };
  }

  /** Ends the watches. */
  async stop(): Promise<void> {
    await this.#watches?.stop();
  }
}
