/**
 * Decides what one reconcile has to do: which objects to apply, which to prune, and what has to wait. The planner
 * compares a desired state with an {@link Observation}; everything here is pure and changes nothing in the cluster.
 * Start with {@link planChanges}. `settled.ts` says whether an environment is done, `reconcile-requests.ts` which
 * controllers to ask for a reconcile, and `describe-plan.ts` writes a plan down for the status.
 */

import { displayName, type KubeObject, objectId } from '../../api/object.ts';
import { type Parent, findParent } from '../adoption/find-parent.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { assessHealth, isSettled } from '../health/health.ts';
import { sourceOf } from '../health/source-revision.ts';
import { type PlannedMove, isMarked, mayArrive } from '../moves/phases.ts';
import { type Tracked, refOfTracked } from '../objects/inventory.ts';
import { type Application, type Observation, compareLive } from './observation.ts';

export type { Application, Applied, Cause, Observation } from './observation.ts';

/** What one reconcile has to do. */
export interface Plan {
  /** The objects to apply, in this order. */
  apply: Application[];
  /** Objects that cannot be created yet, each with descriptions of what it waits for. */
  blocked: { object: DesiredObject; waitsFor: string[] }[];
  /** Desired objects that are being deleted. A later reconcile creates them again once they are gone. */
  terminating: DesiredObject[];
  /** Obsolete objects that may be deleted once everything in `apply` is applied. */
  prune: Tracked[];
  /** Obsolete objects that must stay for now. */
  keptForNow: Tracked[];
  /** Objects that somebody else applies too, and that were corrected a moment ago. */
  postponed: DesiredObject[];
  /** Obsolete objects whose place another one takes: each stays until that has taken over what it deploys. */
  moves: PlannedMove[];
  /** Desired objects that a move released, and that are wanted again. */
  resume: DesiredObject[];
}

/** A plan that does nothing. */
export function emptyPlan(): Plan {
  return {
    ...{ apply: [], blocked: [], terminating: [], prune: [], keptForNow: [], postponed: [] },
    ...{ moves: [], resume: [] },
  };
}

/** The state that the functions of the planner share. */
interface Planning {
  observation: Observation;
  tracked: ReadonlySet<string>;
  wanted: ReadonlyMap<string, DesiredObject>;
  /** The moves that keep an object from being applied yet, by its id. */
  holding: ReadonlyMap<string, readonly PlannedMove[]>;
  /** The moves of objects that stay, by the id of the object. */
  staying: ReadonlyMap<string, PlannedMove>;
  plan: Plan;
}

/** Compares the desired state with the observed one and decides what to do. */
export function planChanges(desired: DesiredState, observation: Observation): Plan {
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const plan = { ...emptyPlan(), moves: [...observation.moves] };
  const moving = new Set(plan.moves.map((move) => move.tracked.id));
  const obsolete = observation.tracked.filter(({ id }) => !wanted.has(id) && !moving.has(id));
  const tracked = new Set(observation.tracked.map(({ id }) => id));
  const holding = findHolding(plan.moves);
  const staying = new Map(plan.moves.filter(({ stays }) => stays).map((move) => [move.tracked.id, move]));
  const planning: Planning = { observation, tracked, wanted, holding, staying, plan };
  for (const object of desired.objects) {
    if (observation.satisfied(object.id)) continue;
    const live = observation.live(object);
    if (live === undefined) planAbsent(object, planning);
    else planLive(object, live, planning);
  }
  planObsolete(obsolete, planning);
  keepSources(plan);
  return plan;
}

function findHolding(moves: readonly PlannedMove[]): ReadonlyMap<string, readonly PlannedMove[]> {
  const held = moves.filter(({ phase }) => !mayArrive(phase));
  return Map.groupBy(held, ({ to }) => to.id);
}

function planLive(object: DesiredObject, live: KubeObject, planning: Planning): void {
  const { observation, plan, holding, staying } = planning;
  if (live.metadata.deletionTimestamp !== undefined) {
    plan.terminating.push(object);
    return;
  }
  const move = staying.get(object.id);
  if (move !== undefined && move.phase.type !== 'done') {
    plan.blocked.push({ object, waitsFor: [`${displayName(move.to.ref)}, because it ${move.phase.why}`] });
    return;
  }
  // One that stays is changed first, while Flux does nothing for it, and comes back when that is seen.
  if (move === undefined && isMarked(live) && !holding.has(object.id)) plan.resume.push(object);
  const application = compareLive(object, live, observation);
  // Namespaces are never taken over, and what others say of them stays.
  const parent = object.ref.kind === 'Namespace' ? undefined : findParent(live, object.manifest);
  if (parent === undefined) {
    if (application !== undefined) plan.apply.push(application);
  } else planContested(application, { object, parent }, { observation, plan });
}

/**
 * An object that somebody else applies too is corrected at most so often, because the other puts its own back each
 * time. A change of the blueprint is applied at once.
 */
function planContested(
  application: Application | undefined,
  { object, parent }: { object: DesiredObject; parent: Parent },
  { observation, plan }: Pick<Planning, 'observation' | 'plan'>,
): void {
  const { exact = false, correctableIn = () => 0 } = observation;
  if (application === undefined && !exact) return;
  const due = { object, cause: 'drift' as const, drift: [], ...application, parent };
  if (due.cause === 'update' || correctableIn(object.id) <= 0) plan.apply.push(due);
  else plan.postponed.push(object);
}

function planAbsent(object: DesiredObject, { observation, plan, tracked, wanted, holding }: Planning): void {
  const lack = observation.lacks(object);
  const waitsFor = lack === undefined ? [] : [lack];
  for (const { tracked: from, phase } of (holding.get(object.id) ?? []).slice(0, MAX_NAMED))
    waitsFor.push(`${displayName(refOfTracked(from))}, which ${'why' in phase ? phase.why : ''}`);
  // What somebody deleted by hand is created again at once.
  if (!tracked.has(object.id))
    waitsFor.push(...notReady(object, wanted, observation), ...observation.unreadyExternal(object));
  if (waitsFor.length > 0) plan.blocked.push({ object, waitsFor });
  else plan.apply.push({ object, cause: 'create', drift: [] });
}

/**
 * Sorts obsolete objects into those to prune and those to keep for now. An obsolete object of an environment may go
 * once all desired objects of this environment, and all that belong to no environment, are applied, unless nobody knows
 * what is in force there. Obsolete objects that belong to no environment go last, when no other obsolete object has to
 * stay.
 */
function planObsolete(obsolete: readonly Tracked[], { observation, plan }: Planning): void {
  const unfinished = new Set(
    [...plan.blocked.map(({ object }) => object), ...plan.terminating].map(({ environment }) => environment),
  );
  for (const environment of observation.held) unfinished.add(environment);
  const mayGo = (environment: string): boolean => !unfinished.has(environment) && !unfinished.has(undefined);
  const shared: Tracked[] = [];
  for (const tracked of obsolete) {
    const environment = observation.environmentOf(tracked);
    if (environment === undefined) shared.push(tracked);
    else (mayGo(environment) ? plan.prune : plan.keptForNow).push(tracked);
  }
  (unfinished.size === 0 && plan.keptForNow.length === 0 ? plan.prune : plan.keptForNow).push(...shared);
}

/** Keeps the sources of what moves: should that be wanted again, it would have nothing to fetch. */
function keepSources(plan: Plan): void {
  if (plan.moves.length === 0 || plan.prune.length === 0) return;
  const needed = new Set(
    plan.moves.flatMap(({ live }) => {
      const source = sourceOf(live);
      return source === undefined ? [] : [objectId(source)];
    }),
  );
  const kept = plan.prune.filter(({ id }) => needed.has(id));
  if (kept.length === 0) return;
  plan.keptForNow.push(...kept);
  plan.prune = plan.prune.filter(({ id }) => !needed.has(id));
}

/** The most objects that are named of those that one object waits for. */
const MAX_NAMED = 20;

function notReady(
  object: DesiredObject,
  wanted: ReadonlyMap<string, DesiredObject>,
  observation: Observation,
): string[] {
  const others = object.createAfter.flatMap((id) => wanted.get(id) ?? []);
  const unready = others.filter((other) => !isReadyAsDesired(other, observation));
  const names = unready.slice(0, MAX_NAMED).map(({ ref }) => displayName(ref));
  return unready.length > MAX_NAMED ? [...names, `${unready.length - MAX_NAMED} more`] : names;
}

/** Whether an object is settled and has no drift to repair. The status of a drifted object is about its old state. */
function isReadyAsDesired(object: DesiredObject, observation: Observation): boolean {
  const live = observation.live(object);
  if (live === undefined || !isSettled(assessHealth(live).state)) return false;
  return (compareLive(object, live, observation)?.drift ?? []).length === 0;
}
