import type { ObjectRef } from '../../api/object.ts';
import type { Spec } from '../../api/schema/spec.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { type Tracked, refOfTracked } from '../objects/inventory.ts';
import type { MovedRefs, PlannedObject, Side } from './change-plan.ts';
import type { InForce } from './decide.ts';
import type { Deletions } from './gates.ts';
import type { InForceByStage, KeptTimes } from './in-force.ts';
import type { StoredRevision } from './revision.ts';
import { type RolloutFloors, type RolloutSettings, rolloutOf } from './settings.ts';

/** An environment in which a revision comes in force, or the whole of a blueprint without environments. */
export interface StagePlace {
  /** Its name; undefined for the whole blueprint. */
  environment: string | undefined;
  /** The environment that comes before. */
  after: string | undefined;
  /** Whether the blueprint has it no more: what it has left waits for its deletion. */
  removed: boolean;
  /**
   * Whether it is removed and another one is newer than what is in force here, so that it may have got another name by
   * mistake. It stays so once the other one is there.
   */
  renamed: boolean;
  settings: RolloutSettings;
  keeps: KeptTimes;
  inForce: InForce | undefined;
}

/** A blueprint, and what is in force of it. */
export interface StagesInput {
  spec: Pick<Spec, 'environments' | 'rollout'>;
  inForce: InForceByStage;
  floors: RolloutFloors;
}

/**
 * The stages of a blueprint, each after the one that its `after` names; then those that the blueprint has no more and
 * in which something is in force still.
 */
export function placeStages({ spec, inForce, floors }: StagesInput): StagePlace[] {
  const { environments = [], rollout } = spec;
  const settingsOf = (own?: Spec['rollout']): RolloutSettings => rolloutOf(rollout, own, floors);
  const present = environments.length === 0 ? [{ name: undefined }] : sortByAfter(environments);
  const settings = new Map(present.map((one) => [one.name, settingsOf('rollout' in one ? one.rollout : {})]));
  const firsts = present.map(({ name }) => firstRevision(inForce.get(name)));
  const followed = new Set(environments.map(({ after }) => after));
  const place = (
    environment: string | undefined,
    after: string | undefined,
    removed: boolean,
  ): StagePlace => {
    const own = settings.get(environment) ?? settingsOf();
    const keeps = {
      deadline: !removed && own.progressDeadlineMs !== undefined,
      followed: environment !== undefined && followed.has(environment),
    };
    const here = inForce.get(environment);
    const renamed = removed && firsts.some((first) => first > (here?.revision ?? 0));
    return { environment, after, removed, renamed, settings: own, keeps, inForce: here };
  };
  const gone = [...inForce.keys()].filter((name) => !settings.has(name));
  return [
    ...present.map((one) => place(one.name, 'after' in one ? one.after : undefined, false)),
    ...gone.map((name) => place(name, undefined, true)),
  ];
}

/** The number of the first revision in force in a stage, as far as is known; infinite where none was yet. */
function firstRevision(inForce: InForce | undefined): number {
  return inForce === undefined ? Infinity : Math.min(inForce.revision, ...inForce.earlier);
}

type Environments = NonNullable<Spec['environments']>;

/** Each environment after the one that its `after` names. The compiler refuses cycles and names that are none. */
function sortByAfter(environments: Environments): Environments {
  const byName = new Map(environments.map((environment) => [environment.name, environment]));
  const depthOf = (after: string | undefined, depth = 0): number =>
    after === undefined || depth > environments.length ? depth : depthOf(byName.get(after)?.after, depth + 1);
  return [...environments].sort((a, b) => depthOf(a.after) - depthOf(b.after));
}

/** Whether nothing is to be decided about a stage: the wanted revision is in force, and its progress opens nothing. */
export function isAtRest({ inForce, keeps, removed }: StagePlace, wanted: StoredRevision): boolean {
  if (inForce?.digest !== wanted.digest || inForce.revision !== wanted.revision || removed) return false;
  const judged = keeps.deadline && inForce.completedAt === undefined;
  return !judged && inForce.failed === undefined;
}

/** Whether anything but the guard of deletions can keep a change back in any of some stages. */
export function hasGates(places: readonly StagePlace[]): boolean {
  return places.some(
    ({ after, removed, settings: { approval, windows, requires, maxDeletions, progressDeadlineMs } }) =>
      after !== undefined ||
      removed ||
      approval === 'Manual' ||
      windows.length + requires.length > 0 ||
      maxDeletions !== undefined ||
      progressDeadlineMs !== undefined,
  );
}

/** What a state has in one stage, with what the environments share where the stage follows no other. */
export function objectsIn(
  { objects }: DesiredState,
  { environment, after, removed }: StagePlace,
): DesiredObject[] {
  const shares = after === undefined && !removed;
  return objects.filter((one) =>
    one.environment === undefined ? shares || environment === undefined : one.environment === environment,
  );
}

/** The objects of an inventory that belong to a stage. */
export function trackedIn(
  tracked: readonly Tracked[],
  { environment, after, removed }: StagePlace,
  environmentOf: (tracked: Tracked) => string | undefined,
): Tracked[] {
  const shares = after === undefined && !removed;
  return tracked.filter((one) => {
    const of = environmentOf(one);
    return of === undefined ? shares || environment === undefined : of === environment;
  });
}

/**
 * How many of the objects of a stage a change deletes, and of how many that are there, as far as is known. What moves
 * to another namespace is not deleted, and neither is what another object takes the place of.
 */
export function countDeletions(
  { tracked, moved }: { tracked: readonly Tracked[]; moved: MovedRefs },
  wanted: DesiredState,
  place: StagePlace,
  environmentOf: (tracked: Tracked) => string | undefined,
): Deletions {
  const ids = new Set(wanted.objects.map(({ id }) => id));
  const named = new Set(wanted.objects.map(({ ref }) => nameOf(ref)));
  const there = trackedIn(tracked, place, environmentOf).map((one) => ({
    id: one.id,
    ref: refOfTracked(one),
  }));
  const gone = there.filter(({ id, ref }) => !ids.has(id) && !named.has(nameOf(ref)) && !moved.has(id));
  const all = there.length > 0 && gone.length === there.length;
  const deploys = there.some(({ ref }) => DEPLOYING.has(ref.kind));
  const none = deploys && gone.filter(({ ref }) => DEPLOYING.has(ref.kind)).length === countDeploying(there);
  const others = place.removed ? findLeft(tracked, ids, place) : objectsIn(wanted, place);
  const instead = others.filter(({ ref }) => !deploys || DEPLOYING.has(ref.kind));
  return { count: gone.length, of: there.length, empties: (all || none) && instead.length === 0 };
}

/** What stays elsewhere of a blueprint that loses an environment; nothing where that has got another name. */
function findLeft(
  tracked: readonly Tracked[],
  ids: ReadonlySet<string>,
  { renamed }: StagePlace,
): { ref: ObjectRef }[] {
  if (renamed) return [];
  return tracked.filter(({ id }) => ids.has(id)).map((one) => ({ ref: refOfTracked(one) }));
}

function countDeploying(objects: readonly { ref: ObjectRef }[]): number {
  return objects.filter(({ ref }) => DEPLOYING.has(ref.kind)).length;
}

function nameOf({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

/** The kinds that deploy what sources hold. */
const DEPLOYING: ReadonlySet<string> = new Set(['Kustomization', 'HelmRelease']);

/** What is there of an inventory, as the side of a plan that nobody knows a revision of. */
export function sideOfTracked(tracked: readonly Tracked[]): Side<PlannedObject> {
  return {
    revision: '',
    objects: tracked.map((one) => ({ id: one.id, ref: refOfTracked(one), keep: false })),
  };
}
