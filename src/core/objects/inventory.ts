import { canBeGenerated } from '../../api/groups.ts';
import { keptId, refOfId, splitApiVersion, type ObjectRef } from '../../api/object.ts';
import { API_VERSION_PATTERN, DNS_LABEL, DNS_SUBDOMAIN } from '../../api/schema/shapes/shapes.ts';
import type { Inventory, InventoryKind, Status } from '../../api/schema/status.ts';
import type { DesiredObject } from './desired.ts';
import { compare } from '../values/path.ts';
import { memoize } from '../values/memoize.ts';
import { countBytes } from '../values/truncate.ts';

/** An entry of the inventory: an object that this blueprint generated or is about to generate. */
export interface Tracked {
  /** The object's `objectId`. */
  id: string;
  /** The version of its API, without the group. */
  version: string;
  /** The wave it had when it was desired last. It is created after the earlier waves and deleted before them. */
  wave: number;
  /**
   * The service account that wrote it, which is asked to delete it too. Left out where the operator wrote it with its
   * own rights.
   */
  account?: string;
}

/** Builds the reference of a tracked object. */
export function refOfTracked(tracked: Tracked): ObjectRef {
  return refOfId(tracked.id, tracked.version);
}

/** Builds the inventory's entry for a desired object that a service account writes, or the operator itself. */
export function trackDesired({ ref, wave }: DesiredObject, account?: string): Tracked {
  return trackRef(ref, wave, account);
}

function trackRef(ref: ObjectRef, wave: number, account: string | undefined): Tracked {
  const entry = { id: keptId(ref), version: splitApiVersion(ref.apiVersion).version, wave };
  return account === undefined ? entry : { ...entry, account };
}

const NOTHING: readonly Tracked[] = [];

/** The inventory that a list was read from. As long as the list is unchanged, it is written back as the same object. */
const origins = new WeakMap<readonly Tracked[], Inventory>();

/**
 * Reads the inventory of a status, sorted by wave and then by id; empty if the status has none. An entry that no
 * operator can have written is left out, for somebody else wrote it: one of a kind that blueprints do not generate, or
 * with a name that no object and no account can have.
 */
export function readInventory(status: Status | undefined): readonly Tracked[] {
  return status?.inventory === undefined ? NOTHING : readKinds(status.inventory);
}

const readKinds = memoize((inventory: Inventory): readonly Tracked[] => {
  const entries = inventory.flatMap(listKind);
  const tracked = entries.filter((entry) => entry !== undefined);
  const sorted = sortTracked(tracked);
  if (tracked.length === entries.length) origins.set(sorted, inventory);
  return sorted;
});

function listKind({ apiVersion, kind, account, namespaces }: InventoryKind): (Tracked | undefined)[] {
  const known = account === undefined || SUBDOMAIN.test(account);
  return Object.entries(namespaces).flatMap(([namespace, names]) =>
    Object.entries(names).map(([name, wave]) => {
      const ref = { apiVersion, kind, namespace, name };
      return known && isPossible(ref) ? trackRef(ref, wave, account) : undefined;
    }),
  );
}

const VERSION = new RegExp(API_VERSION_PATTERN);
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;
const SUBDOMAIN = new RegExp(DNS_SUBDOMAIN);
const NAMESPACE = new RegExp(DNS_LABEL);

/** Whether a blueprint can have generated an object of this name. */
function isPossible({ apiVersion, kind, namespace = '', name }: ObjectRef): boolean {
  return (
    VERSION.test(apiVersion) &&
    KIND.test(kind) &&
    canBeGenerated(splitApiVersion(apiVersion).group, kind) &&
    (namespace === '' || NAMESPACE.test(namespace)) &&
    SUBDOMAIN.test(name)
  );
}

/** Builds the inventory for a status. The order of the input does not matter: equal entries give equal bytes. */
export function writeInventory(tracked: readonly Tracked[]): Inventory {
  const origin = origins.get(tracked);
  if (origin !== undefined) return origin;
  const kinds = Map.groupBy(
    sortTracked(tracked).map(nameTracked),
    ({ apiVersion, kind, account = '' }) => `${apiVersion}/${kind}/${account}`,
  );
  return [...kinds].sort(([a], [b]) => compare(a, b)).map(([, members]) => describeKind(members));
}

interface NamedTracked extends ObjectRef {
  wave: number;
  account: string | undefined;
}

function nameTracked(tracked: Tracked): NamedTracked {
  return { ...refOfTracked(tracked), wave: tracked.wave, account: tracked.account };
}

function describeKind(members: readonly NamedTracked[]): InventoryKind {
  const { apiVersion = '', kind = '', account } = members[0] ?? {};
  const byNamespace = Map.groupBy(members, ({ namespace = '' }) => namespace);
  const namespaces = Object.fromEntries(
    [...byNamespace].map(([namespace, named]) => [
      namespace,
      Object.fromEntries(named.map(({ name, wave }) => [name, wave])),
    ]),
  );
  return { apiVersion, kind, ...(account === undefined ? {} : { account }), namespaces };
}

function sortTracked(tracked: readonly Tracked[]): Tracked[] {
  return [...tracked].sort((a, b) => a.wave - b.wave || compare(a.id, b.id));
}

/** The largest inventory that one blueprint may need, in bytes as JSON: three quarters of a status. */
export const MAX_INVENTORY_BYTES = 150_000;

/** An upper bound for what an inventory stores per object beyond the length of its id, in bytes. */
const OVERHEAD = 32;

/**
 * Measures the inventory of some objects as JSON, in bytes. If an upper bound is within {@link MAX_INVENTORY_BYTES},
 * returns the bound, which is much cheaper.
 */
export function countInventoryBytes(objects: readonly DesiredObject[]): number {
  const most = objects.reduce((sum, { id }) => sum + id.length + OVERHEAD, 0);
  return most <= MAX_INVENTORY_BYTES
    ? most
    : countBytes(writeInventory(objects.map((object) => trackDesired(object))));
}

/**
 * Unites the stored inventory with the entries about to be applied. For an object in both, the added entry wins.
 * Returns the stored list itself if nothing changes.
 */
export function unionInventory(stored: readonly Tracked[], added: readonly Tracked[]): readonly Tracked[] {
  const byId = new Map(stored.map((tracked) => [tracked.id, tracked]));
  const news = added.filter(({ id, version, wave, account }) => {
    const known = byId.get(id);
    return known?.version !== version || known.wave !== wave || known.account !== account;
  });
  if (news.length === 0) return stored;
  for (const tracked of news) byId.set(tracked.id, tracked);
  return [...byId.values()];
}

/** Removes objects from an inventory by their ids. Returns the same list if it holds none of them. */
export function withoutIds(tracked: readonly Tracked[], gone: ReadonlySet<string>): readonly Tracked[] {
  return gone.size > 0 && tracked.some(({ id }) => gone.has(id))
    ? tracked.filter(({ id }) => !gone.has(id))
    : tracked;
}

/** Returns the objects of the latest wave. They must be gone before objects of earlier waves may be deleted. */
export function lastWave(tracked: readonly Tracked[]): Tracked[] {
  const wave = tracked.reduce((last, entry) => Math.max(last, entry.wave), 0);
  return tracked.filter((entry) => entry.wave === wave);
}
