import { type KubeObject, objectId, splitApiVersion } from '../../api/object.ts';
import type { Discovery } from '../../ports/cluster.ts';
import type { Reflector } from '../../ports/reflector.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import type { WatchedDependency } from '../context/dependencies.ts';
import type { StartWatch } from './local-copies.ts';

/** What {@link Referents} need. */
export interface ReferentsOptions {
  discovery: Discovery;
  queue: WorkQueue;
  startWatch: StartWatch;
}

/** A watch of one object by its name, and the blueprints that want to hear of it. */
interface Watched {
  reflector: Reflector;
  keys: Set<string>;
}

/** Kinds whose content is not ours to hold. */
const UNHELD: ReadonlySet<string> = new Set(['Secret', 'ConfigMap']);

/**
 * Watches what blueprints refer to and did not make, each object by its name and with the rights of who refers to it.
 * Where those do not reach, its copy never comes, and who needs it has to ask.
 */
export class Referents {
  readonly #options: ReferentsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #wanted = new Map<string, ReadonlySet<string>>();

  constructor(options: ReferentsOptions) {
    this.#options = options;
  }

  /** Says what a blueprint refers to now; watches that nobody wants any more end. */
  follow(key: string, referents: readonly WatchedDependency[]): void {
    const before = this.#wanted.get(key) ?? new Set();
    const wanted = new Set<string>();
    for (const referent of referents) {
      const id = idOf(referent);
      wanted.add(id);
      this.#watch(id, referent)?.keys.add(key);
    }
    for (const id of before) if (!wanted.has(id)) this.#leave(id, key);
    if (wanted.size === 0) this.#wanted.delete(key);
    else this.#wanted.set(key, wanted);
  }

  /** The object as it is: `undefined` inside where it does not exist, and in place of all where that is not known. */
  see(referent: WatchedDependency): { live: KubeObject | undefined } | undefined {
    const reflector = this.#watched.get(idOf(referent))?.reflector;
    if (reflector?.synced !== true) return undefined;
    return { live: reflector.store.get(reflector.target.namespace, referent.ref.name) };
  }

  #watch(id: string, { ref, as }: WatchedDependency): Watched | undefined {
    const known = this.#watched.get(id);
    if (known !== undefined) return known;
    const { group } = splitApiVersion(ref.apiVersion);
    const type = this.#options.discovery.find(group, ref.kind);
    if (type === undefined || UNHELD.has(ref.kind)) return undefined;
    const keys = new Set<string>();
    const target = {
      type: { ...type, version: splitApiVersion(ref.apiVersion).version },
      namespace: type.namespaced ? ref.namespace : undefined,
      fieldSelector: `metadata.name=${ref.name}`,
      as,
    };
    const reflector = this.#options.startWatch(target, () => {
      for (const key of keys) this.#options.queue.add(key, Priority.Event);
    });
    const watched = { reflector, keys };
    this.#watched.set(id, watched);
    // Who looked before the first list came has to look again.
    reflector.waitForSync().then(
      () => {
        for (const key of keys) this.#options.queue.add(key, Priority.Event);
      },
      () => undefined,
    );
    return watched;
  }

  #leave(id: string, key: string): void {
    const watched = this.#watched.get(id);
    watched?.keys.delete(key);
    if (watched?.keys.size !== 0) return;
    this.#watched.delete(id);
    void watched.reflector.stop();
  }
}

function idOf({ ref, as = '' }: WatchedDependency): string {
  return `${as} ${ref.apiVersion} ${objectId(ref)}`;
}
