import { objectId, refOfId, splitApiVersion, type ObjectRef } from '../../api/object.ts';
import type { Inventory, InventoryKind, Status } from '../../api/schema/status.ts';
import type { DesiredObject } from './desired.ts';
import { compare } from '../values/path.ts';
import { memoize } from '../values/memoize.ts';
import { countBytes } from '../values/truncate.ts';

/** An object that this blueprint generated, or is about to. */
export interface Tracked {
  id: string;
  version: string;
  /** Its wave when it was last desired: created after the waves before it, deleted before them. */
  wave: number;
}

/** The reference of a tracked object. */
export function refOfTracked(tracked: Tracked): ObjectRef {
  return refOfId(tracked.id, tracked.version);
}

/** A desired object as the inventory holds it. */
export function trackDesired(object: DesiredObject): Tracked {
  return { id: object.id, version: splitApiVersion(object.ref.apiVersion).version, wave: object.wave };
}

const NOTHING: readonly Tracked[] = [];

/** What was read, with where it was read: as long as nothing of it changes, it is written as it stood there. */
const origins = new WeakMap<readonly Tracked[], Inventory>();

/** Reads the inventory of a status: in the order of the waves, then of the ids. */
export function readInventory(status: Status | undefined): readonly Tracked[] {
  return status?.inventory === undefined ? NOTHING : readKinds(status.inventory);
}

const readKinds = memoize((inventory: Inventory): readonly Tracked[] => {
  const tracked = inventory.flatMap(({ apiVersion, kind, namespaces }) =>
    Object.entries(namespaces).flatMap(([namespace, names]) =>
      Object.entries(names).map(([name, wave]) => trackNamed({ apiVersion, kind, namespace, name }, wave)),
    ),
  );
  const sorted = sortTracked(tracked);
  origins.set(sorted, inventory);
  return sorted;
});

function trackNamed(ref: ObjectRef, wave: number): Tracked {
  return { id: objectId(ref), version: splitApiVersion(ref.apiVersion).version, wave };
}

/** Writes an inventory for a status: the same bytes for the same objects, in whatever order they come. */
export function writeInventory(tracked: readonly Tracked[]): Inventory {
  const origin = origins.get(tracked);
  if (origin !== undefined) return origin;
  const kinds = Map.groupBy(
    sortTracked(tracked).map(nameTracked),
    ({ apiVersion, kind }) => `${apiVersion}/${kind}`,
  );
  return [...kinds].sort(([a], [b]) => compare(a, b)).map(([, members]) => describeKind(members));
}

interface NamedTracked extends ObjectRef {
  wave: number;
}

function nameTracked(tracked: Tracked): NamedTracked {
  return { ...refOfTracked(tracked), wave: tracked.wave };
}

function describeKind(members: readonly NamedTracked[]): InventoryKind {
  const { apiVersion = '', kind = '' } = members[0] ?? {};
  const byNamespace = Map.groupBy(members, ({ namespace = '' }) => namespace);
  const namespaces = Object.fromEntries(
    [...byNamespace].map(([namespace, named]) => [
      namespace,
      Object.fromEntries(named.map(({ name, wave }) => [name, wave])),
    ]),
  );
  return { apiVersion, kind, namespaces };
}

function sortTracked(tracked: readonly Tracked[]): Tracked[] {
  return [...tracked].sort((a, b) => a.wave - b.wave || compare(a.id, b.id));
}

/** The most bytes of the inventory of what one blueprint asks for: three quarters of a status. */
export const MAX_INVENTORY_BYTES = 150_000;

/** About what an id takes in an inventory beyond its own length, were none of it shared, in bytes. */
const OVERHEAD = 32;

/** How long the inventory of some objects is as JSON, in bytes; where it is surely short enough, more than it is. */
export function countInventoryBytes(objects: readonly DesiredObject[]): number {
  const most = objects.reduce((sum, { id }) => sum + id.length + OVERHEAD, 0);
  return most <= MAX_INVENTORY_BYTES ? most : countBytes(writeInventory(objects.map(trackDesired)));
}

/**
 * What was tracked and what is about to be applied; of an object in both, the newer place counts. The same list where
 * that makes no difference.
 */
export function unionInventory(stored: readonly Tracked[], added: readonly Tracked[]): readonly Tracked[] {
  const byId = new Map(stored.map((tracked) => [tracked.id, tracked]));
  const news = added.filter(({ id, version, wave }) => {
    const known = byId.get(id);
    return known?.version !== version || known.wave !== wave;
  });
  if (news.length === 0) return stored;
  for (const tracked of news) byId.set(tracked.id, tracked);
  return [...byId.values()];
}

/** The inventory without some objects: the same list where none of them is in it. */
export function withoutIds(tracked: readonly Tracked[], gone: ReadonlySet<string>): readonly Tracked[] {
  return gone.size > 0 && tracked.some(({ id }) => gone.has(id))
    ? tracked.filter(({ id }) => !gone.has(id))
    : tracked;
}

/** The latest wave that holds anything: what must be gone before any other may be deleted. */
export function lastWave(tracked: readonly Tracked[]): Tracked[] {
  const wave = Math.max(...tracked.map((entry) => entry.wave));
  return tracked.filter((entry) => entry.wave === wave);
}
