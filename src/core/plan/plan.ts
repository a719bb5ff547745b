/**
 * Decides what one reconcile has to do: which objects to apply, which to prune, and what has to wait. The planner
 * compares a desired state with an {@link Observation}; everything here is pure and changes nothing in the cluster.
 * Start with {@link planChanges}. `promotion.ts` decides which environments have to wait, `reconcile-requests.ts` which
 * controllers to ask for a reconcile, and `describe-plan.ts` writes a plan down for the status.
 */

import { displayName, type KubeObject } from '../../api/object.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { findClosedPromotions } from './promotion.ts';
import { assessHealth, isSettled } from '../health/health.ts';
import type { Tracked } from '../objects/inventory.ts';
import { valueAt } from '../values/json.ts';
import { type Application, type Observation, compareLive } from './observation.ts';

export type { Application, Applied, Cause, Observation } from './observation.ts';

/** What one reconcile has to do. */
export interface Plan {
  /** The objects to apply, in this order. */
  apply: Application[];
  /** Objects that cannot be created yet, each with descriptions of what it waits for. */
  blocked: { object: DesiredObject; waitsFor: string[] }[];
  /** Objects whose change in the blueprint waits until an earlier environment is ready with it. */
  awaitingPromotion: DesiredObject[];
  /** Desired objects that are being deleted. A later reconcile creates them again once they are gone. */
  terminating: DesiredObject[];
  /** Obsolete objects that may be deleted once everything in `apply` is applied. */
  prune: Tracked[];
  /** Obsolete objects that must stay for now. */
  keptForNow: Tracked[];
  /** The environments that no change may reach yet, each with the environment that it waits for. */
  closedPromotions: ReadonlyMap<string, string>;
}

/** A plan that does nothing. */
export function emptyPlan(): Plan {
  return {
    apply: [],
    blocked: [],
    awaitingPromotion: [],
    terminating: [],
    prune: [],
    keptForNow: [],
    closedPromotions: new Map(),
  };
}

/** The state that the functions of the planner share. */
interface Planning {
  observation: Observation;
  tracked: ReadonlySet<string>;
  wanted: ReadonlyMap<string, DesiredObject>;
  plan: Plan;
}

/** Compares the desired state with the observed one and decides what to do. */
export function planChanges(desired: DesiredState, observation: Observation): Plan {
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const obsolete = observation.tracked.filter(({ id }) => !wanted.has(id));
  const closedPromotions = findClosedPromotions(desired, obsolete, observation);
  const plan: Plan = { ...emptyPlan(), closedPromotions };
  const tracked = new Set(observation.tracked.map(({ id }) => id));
  const planning: Planning = { observation, tracked, wanted, plan };
  for (const object of desired.objects) {
    if (observation.satisfied(object.id)) continue;
    const live = observation.live(object);
    if (live === undefined) planAbsent(object, planning);
    else planLive(object, live, planning);
  }
  planObsolete(obsolete, planning);
  return plan;
}

function planLive(object: DesiredObject, live: KubeObject, { observation, plan }: Planning): void {
  if (live.metadata.deletionTimestamp !== undefined) {
    plan.terminating.push(object);
    return;
  }
  let application = compareLive(object, live, observation);
  if (application?.cause === 'update' && awaitsPromotion(object, plan)) {
    plan.awaitingPromotion.push(object);
    // Drift is not a change of the blueprint, so its repair does not wait for another environment.
    const before = asApplied(object, observation);
    application = before === undefined ? undefined : compareLive(before, live, observation);
  }
  if (application !== undefined) plan.apply.push(application);
}

function planAbsent(object: DesiredObject, planning: Planning): void {
  const { observation, plan, tracked, wanted } = planning;
  const lack = observation.lacks(object);
  const waitsFor = lack === undefined ? [] : [lack];
  const earlier = blockingEnvironment(object, plan);
  let application = object;
  if (!tracked.has(object.id)) {
    if (earlier !== undefined) waitsFor.push(describePromotion(earlier));
    waitsFor.push(...notReady(object, wanted, observation), ...observation.unreadyExternal(object));
  } else if (earlier !== undefined && observation.applied(object.id)?.digest !== observation.digest(object)) {
    // Someone deleted this object by hand. It is created again at once, but without the change that waits.
    const before = asApplied(object, observation);
    if (before === undefined) waitsFor.push(describePromotion(earlier));
    else plan.awaitingPromotion.push(object);
    application = before ?? object;
  }
  if (waitsFor.length > 0) plan.blocked.push({ object, waitsFor });
  else plan.apply.push({ object: application, cause: 'create', drift: [] });
}

function describePromotion(environment: string): string {
  return `environment ${environment} with the same change`;
}

function blockingEnvironment({ environment }: DesiredObject, { closedPromotions }: Plan): string | undefined {
  return environment === undefined ? undefined : closedPromotions.get(environment);
}

/** Whether a change waits for another environment. A change that suspends the object never waits. */
function awaitsPromotion(object: DesiredObject, plan: Plan): boolean {
  return (
    blockingEnvironment(object, plan) !== undefined && valueAt(object.manifest['spec'], ['suspend']) !== true
  );
}

/** The object as it was applied last; undefined if this process did not apply it. */
function asApplied(object: DesiredObject, observation: Observation): DesiredObject | undefined {
  const manifest = observation.applied(object.id)?.manifest;
  return manifest === undefined ? undefined : { ...object, manifest };
}

/**
 * Sorts obsolete objects into those to prune and those to keep for now. An obsolete object of an environment may go
 * once all desired objects of this environment, and all that belong to no environment, are applied and the environment
 * waits for no other. Obsolete objects that belong to no environment go last, when no other obsolete object has to
 * stay.
 */
function planObsolete(obsolete: readonly Tracked[], { observation, plan }: Planning): void {
  const unfinished = new Set(
    [...plan.blocked.map(({ object }) => object), ...plan.awaitingPromotion, ...plan.terminating].map(
      ({ environment }) => environment,
    ),
  );
  const mayGo = (environment: string): boolean =>
    !unfinished.has(environment) && !unfinished.has(undefined) && !plan.closedPromotions.has(environment);
  const shared: Tracked[] = [];
  for (const tracked of obsolete) {
    const environment = observation.environmentOf(tracked);
    if (environment === undefined) shared.push(tracked);
    else (mayGo(environment) ? plan.prune : plan.keptForNow).push(tracked);
  }
  (unfinished.size === 0 && plan.keptForNow.length === 0 ? plan.prune : plan.keptForNow).push(...shared);
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
