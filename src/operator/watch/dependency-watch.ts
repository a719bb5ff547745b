import { type KubeObject, splitApiVersion } from '../../api/object.ts';
import { parseKey } from '../../core/objects/ownership.ts';
import type { Discovery } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import { Priority, type WorkQueue } from '../../ports/work-queue.ts';
import type { WatchedDependency } from '../context/dependencies.ts';
import { DependencyGroup, type DependencyName } from './dependency-group.ts';
import type { StartWatch } from './copies/local-copies.ts';
import { WatchAllowance, type WatchLimits } from './watch-allowance.ts';

/** What a {@link DependencyWatch} needs. */
export interface DependencyWatchOptions {
  discovery: Discovery;
  queue: WorkQueue;
  startWatch: StartWatch;
  watchLimits: WatchLimits;
  logger: Logger;
}

/** Kinds of which no copy is kept, because their content may be secret. */
const UNWATCHED: ReadonlySet<string> = new Set(['Secret', 'ConfigMap']);

/**
 * Watches what blueprints refer to and did not make, with the rights of the user that the blueprint writes as: what one
 * user may read is never told to a blueprint of another. What that user may not watch, and what is beyond the number of
 * watches, is not known here, and a reconcile has to read it from the API server.
 */
export class DependencyWatch {
  readonly #options: DependencyWatchOptions;
  readonly #allowance: WatchAllowance;
  /** By what {@link groupOf} answers. */
  readonly #groups = new Map<string, DependencyGroup>();
  /** The groups in which each blueprint wants something, by its key. */
  readonly #followed = new Map<string, ReadonlySet<string>>();

  /** The blueprints for which a watch is missing. */
  readonly #short = new Set<string>();

  constructor(options: DependencyWatchOptions) {
    this.#options = options;
    this.#allowance = new WatchAllowance(options.watchLimits);
  }

  /** How many watches are open. */
  get open(): number {
    return this.#allowance.open;
  }

  /** Sets what a blueprint depends on now, and ends the watches that no blueprint needs any more. */
  follow(key: string, dependencies: readonly WatchedDependency[]): void {
    const byGroup = Map.groupBy(dependencies, groupOf);
    // First what is no longer needed, so that its watches can be used for what is.
    for (const id of this.#followed.get(key) ?? []) if (!byGroup.has(id)) this.#tell(id, key, []);
    const followed = new Set<string>();
    let short = false;
    for (const [id, members] of byGroup) {
      const group = this.#groups.get(id) ?? this.#begin(members);
      if (group === undefined) continue;
      this.#groups.set(id, group);
      followed.add(id);
      short = this.#tell(id, key, members.map(toName)) || short;
    }
    if (followed.size === 0) this.#followed.delete(key);
    else this.#followed.set(key, followed);
    this.#noteShort(key, short);
  }

  /**
   * The live object. `live` is undefined if it does not exist; the whole answer is undefined while that is not known.
   */
  see(dependency: WatchedDependency): { live: KubeObject | undefined } | undefined {
    return this.#groups.get(groupOf(dependency))?.see(dependency.ref.name);
  }

  /** Answers whether a watch was missing. */
  #tell(id: string, key: string, names: readonly DependencyName[]): boolean {
    const group = this.#groups.get(id);
    const short = group?.follow(key, names).short === true;
    if (group?.empty === true) this.#groups.delete(id);
    return short;
  }

  /** Says once of a blueprint that it has more to watch than it may. */
  #noteShort(key: string, short: boolean): void {
    if (short && !this.#short.has(key))
      this.#options.logger.info('no watch is left, so what the blueprint waits for is read now and then', {
        FluxBlueprint: parseKey(key),
        watches: this.#allowance.open,
      });
    if (short) this.#short.add(key);
    else this.#short.delete(key);
  }

  /** A group for the objects that these name; undefined where their kind is not served or never watched. */
  #begin([first]: readonly WatchedDependency[]): DependencyGroup | undefined {
    if (first === undefined || UNWATCHED.has(first.ref.kind)) return undefined;
    const { discovery, queue, startWatch } = this.#options;
    const { ref, as } = first;
    const { group, version } = splitApiVersion(ref.apiVersion);
    const type = discovery.find(group, ref.kind);
    if (type === undefined) return undefined;
    const namespace = type.namespaced ? ref.namespace : undefined;
    return new DependencyGroup({
      target: { type: { ...type, version }, namespace, as },
      startWatch,
      allowance: this.#allowance,
      wake: (key) => {
        queue.add(key, Priority.Event);
      },
    });
  }
}

/** Identifies the kind, the namespace and the user of a dependency. */
function groupOf({ ref, as = '' }: WatchedDependency): string {
  return `${as} ${ref.apiVersion} ${ref.kind} ${ref.namespace ?? ''}`;
}

function toName({ ref, whole = false }: WatchedDependency): DependencyName {
  return { name: ref.name, whole };
}
