import { type KubeObject, objectId, splitApiVersion } from '../../api/object.ts';
import type { Discovery } from '../../ports/cluster.ts';
import type { Reflector } from '../../ports/reflector.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import type { WatchedDependency } from '../context/dependencies.ts';
import type { StartWatch } from './local-copies.ts';

/** What a {@link DependencyWatch} needs. */
export interface DependencyWatchOptions {
  discovery: Discovery;
  queue: WorkQueue;
  startWatch: StartWatch;
}

/** A watch of one object by its name, and the keys of the blueprints that depend on it. */
interface Watched {
  reflector: Reflector;
  keys: Set<string>;
}

/** Kinds of which no copy is kept, because their content may be secret. */
const UNWATCHED: ReadonlySet<string> = new Set(['Secret', 'ConfigMap']);

/**
 * Watches what blueprints refer to and did not make: each object by its name, with the rights of the user that the
 * blueprint writes as. If that user may not watch the object, its copy stays empty, and a reconcile has to read the
 * object from the API server.
 */
export class DependencyWatch {
  readonly #options: DependencyWatchOptions;
  /** By what {@link idOf} answers. */
  readonly #watched = new Map<string, Watched>();
  /** What each blueprint depends on, by its key. */
  readonly #wanted = new Map<string, ReadonlySet<string>>();

  constructor(options: DependencyWatchOptions) {
    this.#options = options;
  }

  /** Sets what a blueprint depends on now, and ends the watches that no blueprint needs any more. */
  follow(key: string, dependencies: readonly WatchedDependency[]): void {
    const before = this.#wanted.get(key) ?? new Set();
    const wanted = new Set<string>();
    for (const dependency of dependencies) {
      const id = idOf(dependency);
      wanted.add(id);
      this.#watch(id, dependency)?.keys.add(key);
    }
    for (const id of before) if (!wanted.has(id)) this.#leave(id, key);
    if (wanted.size === 0) this.#wanted.delete(key);
    else this.#wanted.set(key, wanted);
  }

  /**
   * The live object. `live` is undefined if it does not exist; the whole answer is undefined while that is not known.
   */
  see(dependency: WatchedDependency): { live: KubeObject | undefined } | undefined {
    const reflector = this.#watched.get(idOf(dependency))?.reflector;
    if (reflector?.synced !== true) return undefined;
    return { live: reflector.store.get(reflector.target.namespace, dependency.ref.name) };
  }

  #watch(id: string, { ref, as }: WatchedDependency): Watched | undefined {
    const known = this.#watched.get(id);
    if (known !== undefined) return known;
    const { group } = splitApiVersion(ref.apiVersion);
    const type = this.#options.discovery.find(group, ref.kind);
    if (type === undefined || UNWATCHED.has(ref.kind)) return undefined;
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
    // A reconcile that ran before the first list was complete has to run again.
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
