import { sortKeys } from '../values/json.ts';
import { compare } from '../values/path.ts';
import type { Entry } from './build/entry.ts';
import { Names } from './build/names.ts';
import { type ClusterEntries, type Tenant, type TenantEntries, splitTenants } from './find-tenants.ts';
import { countLines } from './write/count-lines.ts';

/** What becomes one blueprint: what a cluster or tenant has for itself, or what several clusters have alike. */
export interface Part extends ClusterEntries {
  /** Undefined for what is of no tenant. */
  tenant: Tenant | undefined;
  /** The folders of the clusters that deploy it, where it is not that of one cluster. */
  sharedBy: readonly string[];
  /** The same objects as other clusters have them in files of their own. */
  copies: readonly Entry[];
}

/** A line of a blueprint for so many lines of objects, about. */
const RATIO = 0.3;

/** So many lines must be saved by saying once what several clusters have alike: a blueprint of its own has a head. */
const WORTHWHILE = 12;

/** Objects that the same clusters have, alike in each. */
interface Alike {
  clusters: readonly number[];
  entries: Entry[];
  copies: Entry[];
  keys: string[];
}

/**
 * Makes parts of clusters: each tenant is one, and what several clusters have alike, where that saves lines.
 *
 * @param namespace the one that belongs to no tenant
 */
export function findParts(clusters: readonly ClusterEntries[], namespace: string): Part[] {
  const names = new Names();
  const split = clusters.map((cluster) => splitTenants(cluster, namespace));
  const tenants = new Set(split.flat().map(({ tenant }) => tenant?.namespace));
  return [...tenants].flatMap((tenant) =>
    findShared(
      split.flatMap((groups) => groups.filter((group) => group.tenant?.namespace === tenant)),
      names,
      clusters.length,
    ),
  );
}

/** The parts of groups that are of one tenant, or of none. */
function findShared(groups: readonly TenantEntries[], names: Names, all: number): Part[] {
  const shared = groups.length < 2 ? [] : findAlike(groups).filter(isWorthwhile);
  const taken = groups.map(
    (_, i) => new Set(shared.filter((alike) => alike.clusters.includes(i)).flatMap((alike) => alike.keys)),
  );
  const own = groups
    .map((group, i) => ({
      ...group,
      entries: group.entries.filter(({ key }) => taken[i]?.has(key) !== true),
    }))
    .filter(({ entries }) => entries.length > 0)
    .map((group) => ({ ...group, name: names.take(nameOf(group, all)), sharedBy: [], copies: [] }));
  const common = shared.map((alike) => ({
    name: names.take(...namesFor(alike, groups, all)),
    root: undefined,
    entries: alike.entries,
    copies: alike.copies,
    tenant: groups[alike.clusters[0] ?? 0]?.tenant,
    sharedBy: alike.clusters.map((i) => groups[i]?.root ?? ''),
  }));
  return [...own, ...common];
}

/** Groups the objects that several clusters have alike by those clusters. */
function findAlike(groups: readonly ClusterEntries[]): Alike[] {
  const owners = new Map<string, { entry: Entry; copies: Entry[]; clusters: number[] }>();
  groups.forEach(({ entries }, i) => {
    for (const entry of entries) {
      const id = identify(entry);
      const known = owners.get(id);
      if (known === undefined) owners.set(id, { entry, copies: [], clusters: [i] });
      else {
        known.clusters.push(i);
        known.copies.push(entry);
      }
    }
  });
  const found = new Map<string, Alike>();
  for (const { entry, copies, clusters } of owners.values()) {
    const key = clusters.join(' ');
    const alike = found.get(key) ?? { clusters, entries: [], copies: [], keys: [] };
    found.set(key, alike);
    alike.entries.push(entry);
    alike.copies.push(...copies);
    alike.keys.push(entry.key);
  }
  return [...found.values()].filter(({ clusters }) => clusters.length > 1);
}

function isWorthwhile({ clusters, entries }: Alike): boolean {
  const lines = entries.reduce((sum, { source }) => sum + countLines(source.text).outsideValues, 0);
  return (clusters.length - 1) * lines * RATIO >= WORTHWHILE;
}

/** Equal for two entries that are the same object in the same form. */
function identify({ key, spec, labels, annotations }: Entry): string {
  return JSON.stringify([key, sortKeys(spec), sortKeys({ ...labels }), sortKeys({ ...annotations })]);
}

function nameOf({ name, tenant }: TenantEntries, all: number): string {
  if (tenant === undefined) return name;
  return all === 1 ? tenant.namespace : `${name}-${tenant.namespace}`;
}

function namesFor({ clusters }: Alike, groups: readonly TenantEntries[], all: number): string[] {
  const namespace = groups[clusters[0] ?? 0]?.tenant?.namespace;
  const joined = clusters.map((i) => groups[i]?.name ?? '').sort(compare);
  const tail = namespace === undefined ? 'shared' : `shared-${namespace}`;
  const long = [...joined, tail].join('-');
  return clusters.length === all ? [namespace ?? 'shared', long] : [long];
}
