import { Label } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import { compare } from '../values/path.ts';
import { type Leaving, type Move, isMovable } from './move.ts';
import { type ReadSource, type Signatures, signaturesOf } from './signatures.ts';
import { type Place, type StatedMove, placeOfTitle } from './stated.ts';
import { explainUnsafe } from './unsafe.ts';

/** What moves are found in. */
export interface MoveSearch {
  /** What goes: Kustomizations and HelmReleases that are tracked, there, and no longer desired. */
  leaving: readonly Leaving[];
  /** What is desired still, and is to deploy something else than it does. Default: nothing. */
  staying?: readonly Leaving[];
  desired: readonly DesiredObject[];
  /** What the blueprint states. */
  stated: readonly StatedMove[];
  /** The environments of the blueprint, with their suffixes as they are written. */
  environments: readonly { name: string; suffix?: string | undefined }[];
  /** Reads a source as it is in the cluster. */
  liveSource: ReadSource;
  /** Whether a desired object is in the cluster already. */
  exists: (object: DesiredObject) => boolean;
}

/**
 * Finds which desired object takes the place of each object that goes; those that are only deleted are left out. What
 * the blueprint states comes first, then equal deployments. Several may go to one. The cost is linear.
 */
export function findMoves(search: MoveSearch): Move[] {
  if (search.leaving.length + (search.staying?.length ?? 0) === 0) return [];
  const movable = search.desired.filter(({ ref }) => isMovable(ref));
  const targets = new Map<Leaving, DesiredObject>();
  for (const [leaving, to] of matchStated(search, movable)) targets.set(leaving, to);
  const left = search.leaving.filter((leaving) => !targets.has(leaving));
  if (left.length > 0)
    for (const [leaving, to] of matchSignatures(search, left, movable)) targets.set(leaving, to);
  const leave = search.leaving.flatMap((leaving) => {
    const to = targets.get(leaving);
    const unsafe = to && explainUnsafe(leaving.live, to);
    return to === undefined ? [] : [{ ...leaving, to, stays: false, unsafe }];
  });
  return [...leave, ...refuseCircles(findStaying(search, movable))];
}

/** Which other object is to deploy what an object deploys that is to deploy something else. */
function findStaying({ staying = [], liveSource }: MoveSearch, movable: readonly DesiredObject[]): Move[] {
  if (staying.length === 0) return [];
  const wanted = movable.map((object) => ({
    object,
    signatures: signaturesOf(object.manifest, () => undefined),
  }));
  const bySame = firstByKey(wanted, ({ same }) => same);
  return staying.flatMap((one) => {
    const to = bySame.get(signaturesOf(one.live, liveSource)?.same ?? '');
    if (to === undefined || to.id === one.tracked.id) return [];
    const unsafe = isOfKind(one.live, helmRelease) ? UNINSTALLED : explainUnsafe(one.live, to);
    return [{ ...one, to, stays: true, unsafe }];
  });
}

/** Refuses moves in a circle: each would wait for the other. */
function refuseCircles(moves: readonly Move[]): Move[] {
  const next = new Map(moves.map(({ tracked, to }) => [tracked.id, to.id]));
  const inCircle = new Set<string>();
  const done = new Set<string>();
  for (const first of next.keys()) {
    const way: string[] = [];
    for (let at: string | undefined = first; at !== undefined && !done.has(at); at = next.get(at)) {
      done.add(at);
      way.push(at);
    }
    const end = next.get(way.at(-1) ?? '') ?? '';
    if (way.includes(end)) for (const id of way.slice(way.indexOf(end))) inCircle.add(id);
  }
  return moves.map((move) =>
    inCircle.has(move.tracked.id) ? { ...move, unsafe: move.unsafe ?? CIRCLE } : move,
  );
}

/** helm-controller uninstalls the release that stands in the history of a HelmRelease which names another one. */
const UNINSTALLED =
  'gets another release, and Flux would uninstall the one that it has: give the HelmRelease a new name instead';

const CIRCLE =
  'changes places with another one, and Flux would prune what both deploy: give one of them a new name first';

type Match = [Leaving, DesiredObject];

function matchStated(
  { leaving, stated, environments }: MoveSearch,
  movable: readonly DesiredObject[],
): Match[] {
  if (stated.length === 0) return [];
  const here = Map.groupBy(leaving, ({ live: { metadata } }) =>
    placeKey(metadata.labels?.[Label.Layer] ?? '', metadata.name),
  );
  const there = new Map(movable.map((object) => [placeKey(object.layer ?? '', object.ref.name), object]));
  const byTitle = new Map(movable.map((object) => [titleKey(object), object]));
  const all = environments.length === 0 ? [undefined] : environments.map(({ name }) => name);
  const suffixes = new Map(environments.map(({ name, suffix }) => [name, suffix]));
  const objectName = ({ component, environment }: Place): string =>
    environment === undefined ? component : `${component}${suffixes.get(environment) ?? `-${environment}`}`;
  return stated.flatMap(({ from, to }) => {
    const named = from.environment ?? to.environment;
    return (named === undefined ? all : [named]).flatMap((environment): Match[] => {
      const [start, end] = [from, to].map((place) => ({
        ...place,
        environment: place.environment ?? environment,
      }));
      if (start === undefined || end === undefined) return [];
      const target = byTitle.get(keyOfTitle(end)) ?? there.get(placeKey(end.layer, objectName(end)));
      const found = here.get(placeKey(start.layer, objectName(start))) ?? [];
      return target === undefined ? [] : found.map((one): Match => [one, target]);
    });
  });
}

function placeKey(layer: string, objectName: string): string {
  return `${layer}/${objectName}`;
}

/** The name of an object for people, as {@link keyOfTitle} writes it. */
function titleKey({ title, environment }: DesiredObject): string {
  return keyOfTitle({ ...placeOfTitle(title), environment });
}

function keyOfTitle({ environment = '', layer, component }: Place): string {
  return `${environment}:${layer}/${component}`;
}

/** Pairs what deploys the same: from one source, else from sources that fetch the same. */
function matchSignatures(
  { desired, liveSource, exists }: MoveSearch,
  leaving: readonly Leaving[],
  movable: readonly DesiredObject[],
): Match[] {
  const sources = new Map(desired.map(({ ref, manifest }) => [sourceKey(ref), manifest]));
  const wanted = movable.map((object) => ({
    object,
    signatures: signaturesOf(object.manifest, (ref) => sources.get(sourceKey(ref)) ?? liveSource(ref)),
  }));
  const bySame = firstByKey(wanted, ({ same }) => same);
  const byAlike = Map.groupBy(wanted, ({ signatures }) => signatures?.alike);
  const found = leaving.map((one) => ({ one, signatures: signaturesOf(one.live, liveSource) }));
  const rivals = Map.groupBy(found, ({ signatures }) => signatures?.alike);
  // Two of one chart may well be two instances of it: only one for one is the same under another name.
  const isRenamed = ([first, ...others]: readonly { object: DesiredObject }[], alike: string): boolean => {
    const releases = new Set(rivals.get(alike)?.map(({ signatures }) => signatures?.same));
    return first !== undefined && others.length === 0 && releases.size === 1 && !exists(first.object);
  };
  const findTarget = (one: Leaving, { same, alike }: Signatures): DesiredObject | undefined => {
    const twin = bySame.get(same);
    if (twin !== undefined || alike === undefined) return twin;
    const candidates = byAlike.get(alike) ?? [];
    const meant = !isOfKind(one.live, helmRelease) || isRenamed(candidates, alike);
    return meant ? candidates[0]?.object : undefined;
  };
  return found.flatMap(({ one, signatures }): Match[] => {
    const target = signatures && findTarget(one, signatures);
    return target === undefined ? [] : [[one, target]];
  });
}

function firstByKey(
  wanted: readonly { object: DesiredObject; signatures: Signatures | undefined }[],
  keyOf: (signatures: Signatures) => string,
): Map<string, DesiredObject> {
  const first = new Map<string, DesiredObject>();
  const sorted = [...wanted].sort((a, b) => compare(a.object.id, b.object.id));
  for (const { object, signatures } of sorted) {
    const key = signatures && keyOf(signatures);
    if (key !== undefined && !first.has(key)) first.set(key, object);
  }
  return first;
}

function sourceKey({
  kind,
  namespace = '',
  name,
}: Pick<KubeObject['metadata'], 'name' | 'namespace'> & { kind: string }): string {
  return `${kind}/${namespace}/${name}`;
}
