import type { KubeObject } from '../../api/object.ts';
import type { Change, KeepManagers, ObjectStore } from '../../ports/reflector.ts';
import { compareResourceVersions } from './resource-version.ts';
import { StringPool } from './string-pool.ts';

/** What each object has of its own. */
const UNIQUE = ['name', 'uid', 'resourceVersion', 'creationTimestamp'];

/**
 * The {@link ObjectStore} of a reflector: what the watch told, and above it what our own writes answered that the
 * watch has not told yet. The two are kept apart so that `assume` hides no change: a change is always told against
 * what was told before it, though the reader already sees a newer state.
 */
export class WatchedStore implements ObjectStore {
  readonly #keepManagers: KeepManagers;
  readonly #told = new Map<string, KubeObject>();
  readonly #assumed = new Map<string, KubeObject>();
  readonly #strings = new StringPool();
  /** The newest resource version up to which every change is in the store. */
  #frontier = '';

  /** @param keepManagers what is kept of an object's managed fields. Default: nothing. */
  constructor(keepManagers: KeepManagers = () => undefined) {
    this.#keepManagers = keepManagers;
  }

  get size(): number {
    let added = 0;
    for (const key of this.#assumed.keys()) if (!this.#told.has(key)) added++;
    return this.#told.size + added;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    const key = toKey(namespace, name);
    return this.#assumed.get(key) ?? this.#told.get(key);
  }

  *list(): IterableIterator<KubeObject> {
    for (const [key, object] of this.#told) yield this.#assumed.get(key) ?? object;
    for (const [key, object] of this.#assumed) if (!this.#told.has(key)) yield object;
  }

  assume(object: KubeObject): void {
    // At or below the frontier the watch has told of it already, and of its deletion if it is not here any more.
    const version = versionOf(object);
    if (compareResourceVersions(version, this.#frontier) <= 0) return;
    const key = keyOf(object);
    const present = this.#assumed.get(key) ?? this.#told.get(key);
    if (present !== undefined && compareResourceVersions(version, versionOf(present)) <= 0) return;
    this.#assumed.set(key, trimObject(object, this.#keepManagers));
  }

  /**
   * Takes in an object that the cluster holds, as listed or as a watch told it. Answers the changes that it makes:
   * none when its resource version was told before, two when the name now belongs to another object (another uid).
   */
  put(object: KubeObject): Change[] {
    const key = keyOf(object);
    const old = this.#told.get(key);
    if (old !== undefined && versionOf(object) === versionOf(old)) return [];
    const trimmed = trimObject(object, this.#keepManagers);
    this.#strings.share(trimmed, ['metadata']);
    this.#strings.share(trimmed.metadata, UNIQUE);
    this.#told.set(key, trimmed);
    this.#settle(key, object);
    if (old === undefined) return [{ type: 'Added', object: trimmed }];
    if (old.metadata.uid === object.metadata.uid) return [{ type: 'Modified', object: trimmed, old }];
    return [
      { type: 'Deleted', object: old },
      { type: 'Added', object: trimmed },
    ];
  }

  /** Takes in the end of an object. `object` is its last state, in the resource version of its deletion. */
  remove(object: KubeObject): Change[] {
    const key = keyOf(object);
    const old = this.#told.get(key);
    this.#settle(key, object);
    if (old === undefined) return [];
    this.#told.delete(key);
    return [{ type: 'Deleted', object: trimObject(object, this.#keepManagers) }];
  }

  /** Says that every change up to `resourceVersion` is in the store: the watch told it, or a bookmark came. */
  advance(resourceVersion: string): void {
    this.#frontier = resourceVersion;
  }

  /** Drops assumptions that the watch has overtaken without telling of them: the object is not selected any more. */
  dropOvertaken(): void {
    for (const [key, object] of this.#assumed) {
      if (compareResourceVersions(versionOf(object), this.#frontier) <= 0) this.#assumed.delete(key);
    }
  }

  /**
   * Removes what a complete list did not hold: it was deleted while nobody watched. Answers those changes.
   *
   * @param listed the keys of the list, as {@link keyOf} makes them.
   */
  *removeUnlisted(listed: ReadonlySet<string>): IterableIterator<Change> {
    for (const [key, object] of this.#told) {
      if (listed.has(key)) continue;
      this.#told.delete(key);
      yield { type: 'Deleted', object };
    }
  }

  #settle(key: string, seen: KubeObject): void {
    const assumed = this.#assumed.get(key);
    if (assumed !== undefined && compareResourceVersions(versionOf(assumed), versionOf(seen)) <= 0) {
      this.#assumed.delete(key);
    }
  }
}

/** The key of an object in a store: `<namespace>/<name>`. */
export function keyOf(object: KubeObject): string {
  return toKey(object.metadata.namespace, object.metadata.name);
}

function toKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function versionOf(object: KubeObject): string {
  return object.metadata.resourceVersion ?? '';
}

/** The object with what is kept of its managed fields, which are often more than half of it. */
function trimObject(object: KubeObject, keepManagers: KeepManagers): KubeObject {
  if (!('managedFields' in object.metadata)) return object;
  const managedFields = keepManagers(object);
  const kept = Object.entries(object.metadata).filter(([field]) => field !== 'managedFields');
  const metadata = Object.fromEntries(kept) as unknown as KubeObject['metadata'];
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}
