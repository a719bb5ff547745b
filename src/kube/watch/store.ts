import { type KubeObject, withoutManagers } from '../../api/object.ts';
import type { Change, CopyRoom, CopyRules, ObjectStore, Selection } from '../../ports/reflector.ts';
import { compareResourceVersions } from './resource-version.ts';
import { StringPool } from './string-pool.ts';
import { WholeCopy } from './whole-copy.ts';

/** Fields of the metadata whose value no other object has. */
const UNIQUE = ['name', 'uid', 'resourceVersion', 'creationTimestamp'];

/**
 * The {@link ObjectStore} of a reflector. It has two layers: the objects from the watch, and above them the answers to
 * our own writes that the watch has not delivered yet. They are kept apart so that `assume` hides no change: a change
 * is always reported against the previous state from the watch, even though readers already see a newer one.
 */
export class WatchedStore implements ObjectStore {
  readonly #rules: CopyRules;
  readonly #room: CopyRoom | undefined;
  /** The objects from lists and watches, by {@link keyOf}; whole ones that can be made an outline as JSON. */
  readonly #watched = new Map<string, KubeObject | WholeCopy>();
  /** The answers to our own writes, by {@link keyOf}. */
  readonly #assumed = new Map<string, KubeObject>();
  readonly #strings = new StringPool();
  /** The newest resource version of which it is known that every change up to it is in the store. */
  #frontier = '';

  /**
   * @param rules what is held of an object.
   * @param room what the process has for objects that are held whole. Default: there is always room.
   */
  constructor(rules: CopyRules = {}, room?: CopyRoom) {
    this.#rules = rules;
    this.#room = room;
  }

  get size(): number {
    let added = 0;
    for (const key of this.#assumed.keys()) if (!this.#watched.has(key)) added++;
    return this.#watched.size + added;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    const key = toKey(namespace, name);
    return this.#assumed.get(key) ?? this.#read(this.#watched.get(key));
  }

  has(namespace: string | undefined, name: string): boolean {
    const key = toKey(namespace, name);
    return this.#assumed.has(key) || this.#watched.has(key);
  }

  *list({ namespace, group }: Selection = {}): IterableIterator<KubeObject> {
    const isWanted = (key: string, held: KubeObject | WholeCopy): boolean =>
      (namespace === undefined || key.startsWith(`${namespace}/`)) &&
      (group === undefined || group === this.#groupOf(held));
    for (const [key, held] of this.#watched) {
      const current = this.#assumed.get(key) ?? held;
      // Unpacked for this one reader: a list must not drive out what is read often.
      if (isWanted(key, current)) yield current instanceof WholeCopy ? current.unpack() : current;
    }
    for (const [key, object] of this.#assumed)
      if (!this.#watched.has(key) && isWanted(key, object)) yield object;
  }

  assume(object: KubeObject): void {
    // Up to the frontier the watch has delivered this write already, and the deletion of the object if it is gone.
    const version = versionOf(object);
    if (compareResourceVersions(version, this.#frontier) <= 0) return;
    const key = keyOf(object);
    const present = this.#assumed.get(key) ?? this.#watched.get(key);
    if (present !== undefined && compareResourceVersions(version, versionOf(present)) <= 0) return;
    const held = this.#keep(object);
    if (held !== undefined) this.#assumed.set(key, this.#outlineIfLarge(key, held));
  }

  /**
   * Takes in an object from a list or a watch, and returns the changes: none when its resource version is known
   * already, two when the name now belongs to another object (another uid).
   */
  put(object: KubeObject): Change[] {
    const key = keyOf(object);
    const old = this.#watched.get(key);
    if (old !== undefined && versionOf(object) === versionOf(old)) return [];
    const kept = this.#keep(object);
    if (kept === undefined) return this.remove(object);
    const before = this.#read(old);
    const seen = this.#hold(key, kept);
    this.#dropDelivered(key, object);
    if (before === undefined) return [{ type: 'Added', object: seen }];
    if (before.metadata.uid === seen.metadata.uid) return [{ type: 'Modified', object: seen, old: before }];
    return [
      { type: 'Deleted', object: before },
      { type: 'Added', object: seen },
    ];
  }

  /** Takes in a deletion. `object` is the last state of the object, with the resource version of its deletion. */
  remove(object: KubeObject): Change[] {
    const key = keyOf(object);
    const old = this.#read(this.#watched.get(key));
    this.#dropDelivered(key, object);
    if (old === undefined) return [];
    this.#drop(key);
    return [{ type: 'Deleted', object: this.#keep(object) ?? old }];
  }

  /**
   * Notes that every change up to `resourceVersion` is in the store, after an event or a bookmark with that version.
   */
  advance(resourceVersion: string): void {
    this.#frontier = resourceVersion;
  }

  /**
   * Drops answers up to the frontier that the watch never delivered, because its selector no longer selects the object.
   */
  dropOvertaken(): void {
    for (const [key, object] of this.#assumed) {
      if (compareResourceVersions(versionOf(object), this.#frontier) <= 0) this.#assumed.delete(key);
    }
  }

  /**
   * Removes the objects that a complete list did not hold, because they were deleted while nobody watched. Yields these
   * changes.
   *
   * @param listed the keys of the listed objects, as {@link keyOf} makes them.
   */
  *removeUnlisted(listed: ReadonlySet<string>): IterableIterator<Change> {
    for (const [key, held] of this.#watched) {
      if (listed.has(key)) continue;
      const object = held instanceof WholeCopy ? held.unpack() : held;
      this.#drop(key);
      yield { type: 'Deleted', object };
    }
  }

  /** Gives up every object, and the room that they take. Call it when nothing is watched any more. */
  clear(): void {
    for (const key of this.#watched.keys()) this.#drop(key);
    this.#assumed.clear();
  }

  #keep(object: KubeObject): KubeObject | undefined {
    const { keep = withoutManagers } = this.#rules;
    return keep(object);
  }

  /** Holds an object in the form that there is room for, and answers it in that form. */
  #hold(key: string, object: KubeObject): KubeObject {
    const { outline } = this.#rules;
    this.#leaveRoom(key);
    if (outline === undefined || this.#room === undefined) return this.#holdUnpacked(key, object);
    const copy = this.#pack(key, object);
    if (copy === undefined) return this.#holdUnpacked(key, outline(object));
    this.#watched.set(key, copy);
    this.#room.take(copy);
    return object;
  }

  /** A copy of an object; undefined where it is too large to be held, or nested too deep to be looked through. */
  #pack(key: string, object: KubeObject): WholeCopy | undefined {
    try {
      const copy = new WholeCopy(key, object, this.#groupOf(object), this.#makeOutline);
      return copy.bytes > (this.#room?.largest ?? Infinity) ? undefined : copy;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #holdUnpacked(key: string, object: KubeObject): KubeObject {
    this.#strings.share(object, ['metadata']);
    this.#strings.share(object.metadata, UNIQUE);
    this.#watched.set(key, object);
    return object;
  }

  /** Makes a copy an outline, because others need its room. */
  readonly #makeOutline = (copy: WholeCopy): void => {
    const object = copy.unpack();
    this.#holdUnpacked(copy.key, this.#rules.outline?.(object) ?? object);
  };

  #read(held: KubeObject | WholeCopy | undefined): KubeObject | undefined {
    if (!(held instanceof WholeCopy)) return held;
    return this.#room?.read(held) ?? held.unpack();
  }

  #groupOf(held: KubeObject | WholeCopy): string | undefined {
    return held instanceof WholeCopy ? held.group : this.#rules.groupOf?.(held);
  }

  #outlineIfLarge(key: string, object: KubeObject): KubeObject {
    const { outline } = this.#rules;
    if (outline === undefined || this.#room === undefined) return object;
    return this.#pack(key, object) === undefined ? outline(object) : object;
  }

  #drop(key: string): void {
    this.#leaveRoom(key);
    this.#watched.delete(key);
  }

  #leaveRoom(key: string): void {
    const held = this.#watched.get(key);
    if (held instanceof WholeCopy) this.#room?.leave(held);
  }

  /** Drops the answer to a write that the watch has delivered, or overtaken. */
  #dropDelivered(key: string, seen: KubeObject): void {
    const assumed = this.#assumed.get(key);
    if (assumed !== undefined && compareResourceVersions(versionOf(assumed), versionOf(seen)) <= 0) {
      this.#assumed.delete(key);
    }
  }
}

/** The key of an object in a store: `<namespace>/<name>`. */
export function keyOf(object: KubeObject): string {
  // Joined, because this one is kept: a template would be, as the tree of its parts, which takes more memory.
  return [object.metadata.namespace ?? '', object.metadata.name].join('/');
}

function toKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function versionOf(held: KubeObject | WholeCopy): string {
  return held instanceof WholeCopy ? held.resourceVersion : (held.metadata.resourceVersion ?? '');
}
