import { helmRelease } from '../../kinds/helm-release.ts';
import { isSameKind } from '../../kinds/kind.ts';
import { defaultReleaseName, shortenName } from '../../releases/release-name.ts';
import { type Release, describeRelease, releaseKey, releaseOf } from '../../releases/release.ts';
import type { Problems } from '../../validation/problem.ts';
import { own } from '../../values/json.ts';
import { type ComponentItem, displayTitle, originIn, recordDerived } from '../model/item.ts';

/** A HelmRelease, and the names that its release may get. */
interface Holder {
  item: ComponentItem;
  /** The names, the best first. A collision moves the holder on to the next one, and the last one stays. */
  names: string[];
  /** Whether the first of them is the name of a release that exists, and not the last. */
  inForce: boolean;
  release: Release;
}

/**
 * Gives the release of every HelmRelease on a remote cluster the name that Flux would make of the plain name, without
 * the suffix of the environment. Where two would be the same release, those fall back to the name with the suffix. A
 * release that exists keeps its name. Refuses two HelmReleases that have the same release all the same.
 *
 * @param inForce the names of releases that exist, by the `namespace/name` of their HelmReleases; undefined where none
 * is
 *   known
 */
export function nameReleases(
  components: readonly ComponentItem[],
  inForce: ReadonlyMap<string, string> | undefined,
  problems: Problems,
): void {
  const existing = inForce ?? new Map<string, string>();
  const holders = components.filter(isRelease).map((item) => holderOf(item, existing));
  const groups = separate(holders);
  for (const { item, release } of holders) writeName(item, release);
  for (const [first, ...others] of groups) {
    for (const other of others) if (first !== undefined) refuseSameRelease(other, first, problems);
  }
}

function isRelease({ kind }: ComponentItem): boolean {
  return isSameKind(kind, helmRelease);
}

/** Whether the compiler names the release: in an environment, on a remote cluster, and where nobody has named it. */
function isNamedHere({ kind, environment, spec }: ComponentItem): boolean {
  if (kind.block !== 'helmRelease' || environment === undefined) return false;
  return own(spec, 'kubeConfig') !== undefined && own(spec, 'releaseName') === undefined;
}

function holderOf(item: ComponentItem, inForce: ReadonlyMap<string, string>): Holder {
  const { spec, name, namespace, plainName = name } = item;
  const release = releaseOf(spec, item);
  if (!isNamedHere(item)) return { item, names: [release.name], inForce: false, release };
  const names = [...new Set([defaultReleaseName(spec, plainName), release.name])];
  const existing = inForce.get(`${namespace}/${name}`);
  // A name that was written once, and is no longer, is given up.
  const kept = existing === shortenName(plainName) || names.includes(existing ?? '') ? existing : undefined;
  const all = kept === undefined ? names : [...new Set([kept, ...names])];
  const [best = release.name] = all;
  return {
    item,
    names: all,
    inForce: kept !== undefined && all.length > 1,
    release: { ...release, name: best },
  };
}

/**
 * Moves holders on to their next names until no two collide that could give way. Each moves twice at most.
 *
 * @returns the groups of holders that have one release
 */
function separate(holders: readonly Holder[]): Holder[][] {
  const groups = new Map<string, Set<Holder>>();
  const crowded = new Set<Set<Holder>>();
  const join = (holder: Holder): void => {
    const key = releaseKey(holder.release);
    const group = groups.get(key) ?? new Set();
    groups.set(key, group.add(holder));
    if (group.size === 2 || (group.size > 2 && canMove(holder))) crowded.add(group);
  };
  holders.forEach(join);
  // What is added on the way is visited too.
  for (const group of crowded) {
    crowded.delete(group);
    if (group.size < 2) continue;
    const moving = thoseThatGiveWay(group);
    for (const holder of moving) group.delete(holder);
    for (const holder of moving) {
      moveOn(holder);
      join(holder);
    }
  }
  return [...groups.values()].map((group) => [...group]);
}

function canMove({ names }: Holder): boolean {
  return names.length > 1;
}

/** One release that exists stays what it is; of two that exist nobody knows whose it is. */
function thoseThatGiveWay(group: ReadonlySet<Holder>): Holder[] {
  const existing = [...group].filter((holder) => holder.inForce);
  return [...group].filter((holder) => canMove(holder) && (existing.length > 1 || !holder.inForce));
}

function moveOn(holder: Holder): void {
  holder.names.shift();
  holder.inForce = false;
  holder.release = { ...holder.release, name: holder.names[0] ?? holder.release.name };
}

/** Writes the name of a release where Flux would give it another one, or where the name is that of the plain name. */
function writeName(item: ComponentItem, { name }: Release): void {
  if (!isNamedHere(item)) return;
  const { spec, plainName = item.name } = item;
  const suffixed = plainName !== item.name && name === defaultReleaseName(spec, item.name);
  if (suffixed) return;
  recordDerived(item, { at: ['releaseName'], path: originIn(item, ['kubeConfig']) });
  spec['releaseName'] = name;
}

function refuseSameRelease({ item, release }: Holder, { item: other }: Holder, problems: Problems): void {
  // Two items that are one object are refused as such.
  if (other.name === item.name && other.namespace === item.namespace) return;
  const path = pathOf(item);
  const where = `${displayTitle(other)} (${other.locate(pathOf(other))})`;
  problems
    .within(item)
    .add(
      'same-release',
      path,
      `${displayTitle(item)} and ${where} are both the ${describeRelease(release)}, and Flux would upgrade one over the other in turns: give one of them a \`releaseName\` or \`storageNamespace\` of its own`,
    );
}

/** The path at which the name of a release was written, or else that of its item. */
function pathOf(item: ComponentItem): string {
  return own(item.spec, 'releaseName') === undefined ? item.path : originIn(item, ['releaseName']);
}
