import { type KubeObject, withoutManagers } from '../../api/object.ts';
import type { Change, CopyRoom, CopyRules, ObjectStore, Selection } from '../../ports/reflector.ts';
import { ByName } from './by-name.ts';
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
  /** The objects from lists and watches; whole ones that can be made an outline as JSON. */
  readonly #watched = new ByName<KubeObject | WholeCopy>();
  /** The answers to our own writes. */
  readonly #assumed = new ByName<KubeObject>();
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
    for (const [namespace, name] of this.#assumed.entries()) if (!this.#watched.has(namespace, name)) added++;
    return this.#watched.size + added;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    const assumed = this.#assumed.size === 0 ? undefined : this.#assumed.get(namespace, name);
    return assumed ?? this.#read(this.#watched.get(namespace, name));
  }

  has(namespace: string | undefined, name: string): boolean {
    return this.#watched.has(namespace, name) || this.#assumed.has(namespace, name);
  }

  *list({ namespace, group }: Selection = {}): IterableIterator<KubeObject> {
    const isWanted = (held: KubeObject | WholeCopy): boolean =>
      group === undefined || group === this.#groupOf(held);
    for (const [of, name, held] of this.#watched.entries(namespace)) {
      const current = this.#assumed.get(of, name) ?? held;
      // Unpacked for this one reader: a list must not drive out what is read often.
      if (isWanted(current)) yield current instanceof WholeCopy ? current.unpack() : current;
    }
    for (const [of, name, object] of this.#assumed.entries(namespace))
      if (!this.#watched.has(of, name) && isWanted(object)) yield object;
  }

  assume(object: KubeObject): void {
    // Up to the frontier the watch has delivered this write already, and the deletion of the object if it is gone.
    const version = versionOf(object);
    if (compareResourceVersions(version, this.#frontier) <= 0) return;
    const { namespace, name } = object.metadata;
    const present = this.#assumed.get(namespace, name) ?? this.#watched.get(namespace, name);
    if (present !== undefined && compareResourceVersions(version, versionOf(present)) <= 0) return;
    const held = this.#keep(object);
    if (held !== undefined) this.#assumed.set(namespace, name, this.#outlineIfLarge(held));
  }

  /**
   * Takes in an object from a list or a watch, and returns the changes: none when its resource version is known
   * already, two when the name now belongs to another object (another uid).
   */
  put(object: KubeObject): Change[] {
    const { namespace, name } = object.metadata;
    const old = this.#watched.get(namespace, name);
    if (old !== undefined && versionOf(object) === versionOf(old)) return [];
    const kept = this.#keep(object);
    if (kept === undefined) return this.remove(object);
    const before = this.#read(old);
    const seen = this.#hold(kept);
    this.#dropDelivered(object);
    if (before === undefined) return [{ type: 'Added', object: seen }];
    if (before.metadata.uid === seen.metadata.uid) return [{ type: 'Modified', object: seen, old: before }];
    return [
      { type: 'Deleted', object: before },
      { type: 'Added', object: seen },
    ];
  }

  /** Takes in a deletion. `object` is the last state of the object, with the resource version of its deletion. */
  remove(object: KubeObject): Change[] {
    const { namespace, name } = object.metadata;
    const old = this.#read(this.#watched.get(namespace, name));
    this.#dropDelivered(object);
    if (old === undefined) return [];
    this.#drop(namespace, name);
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
    for (const [namespace, name, object] of this.#assumed.entries())
      if (compareResourceVersions(versionOf(object), this.#frontier) <= 0)
        this.#assumed.delete(namespace, name);
  }

  /**
   * Removes the objects that a complete list did not hold, because they were deleted while nobody watched. Yields these
   * changes.
   *
   * @param listed the keys of the listed objects, as {@link keyOf} makes them.
   */
  *removeUnlisted(listed: ReadonlySet<string>): IterableIterator<Change> {
    for (const [namespace, name, held] of this.#watched.entries()) {
      if (listed.has(toKey(namespace, name))) continue;
      const object = held instanceof WholeCopy ? held.unpack() : held;
      this.#drop(namespace, name);
      yield { type: 'Deleted', object };
    }
  }

  /** Gives up every object, and the room that they take. Call it when nothing is watched any more. */
  clear(): void {
    for (const [, , held] of this.#watched.entries()) this.#leaveRoom(held);
    this.#watched.clear();
    this.#assumed.clear();
  }

  #keep(object: KubeObject): KubeObject | undefined {
    const { keep = withoutManagers } = this.#rules;
    return keep(object);
  }

  /** Holds an object in the form that there is room for, and answers it in that form. */
  #hold(object: KubeObject): KubeObject {
    const { outline, holdsWhole } = this.#rules;
    const { namespace, name } = object.metadata;
    this.#leaveRoom(this.#watched.get(namespace, name));
    if (outline === undefined || this.#room === undefined) return this.#holdUnpacked(object);
    const copy = holdsWhole?.(object) === false ? undefined : this.#pack(object);
    if (copy === undefined) return this.#holdUnpacked(outline(object));
    this.#watched.set(namespace, name, copy);
    this.#room.take(copy);
    return object;
  }

  /** A copy of an object; undefined where it is too large to be held, or nested too deep to be looked through. */
  #pack(object: KubeObject): WholeCopy | undefined {
    try {
      const copy = new WholeCopy(object, this.#groupOf(object), this.#makeOutline);
      return copy.bytes > (this.#room?.largest ?? Infinity) ? undefined : copy;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #holdUnpacked(object: KubeObject): KubeObject {
    this.#strings.share(object, ['metadata']);
    this.#strings.share(object.metadata, UNIQUE);
    this.#watched.set(object.metadata.namespace, object.metadata.name, object);
    return object;
  }

  /** Makes a copy an outline, because others need its room. */
  readonly #makeOutline = (copy: WholeCopy): void => {
    const object = copy.unpack();
    this.#holdUnpacked(this.#rules.outline?.(object) ?? object);
  };

  #read(held: KubeObject | WholeCopy | undefined): KubeObject | undefined {
    if (!(held instanceof WholeCopy)) return held;
    return held.unpacked ?? this.#room?.read(held) ?? held.unpack();
  }

  #groupOf(held: KubeObject | WholeCopy): string | undefined {
    return held instanceof WholeCopy ? held.group : this.#rules.groupOf?.(held);
  }

  #outlineIfLarge(object: KubeObject): KubeObject {
    const { outline } = this.#rules;
    if (outline === undefined || this.#room === undefined) return object;
    return this.#pack(object) === undefined ? outline(object) : object;
  }

  #drop(namespace: string | undefined, name: string): void {
    this.#leaveRoom(this.#watched.get(namespace, name));
    this.#watched.delete(namespace, name);
  }

  #leaveRoom(held: KubeObject | WholeCopy | undefined): void {
    if (held instanceof WholeCopy) this.#room?.leave(held);
  }

  /** Drops the answer to a write that the watch has delivered, or overtaken. */
  #dropDelivered(seen: KubeObject): void {
    const { namespace, name } = seen.metadata;
    const assumed = this.#assumed.get(namespace, name);
    if (assumed !== undefined && compareResourceVersions(versionOf(assumed), versionOf(seen)) <= 0)
      this.#assumed.delete(namespace, name);
  }
}

/** What {@link WatchedStore.removeUnlisted} knows an object by: `<namespace>/<name>`. */
export function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return toKey(namespace, name);
}

function toKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function versionOf(held: KubeObject | WholeCopy): string {
  return held instanceof WholeCopy ? held.resourceVersion : (held.metadata.resourceVersion ?? '');
}
