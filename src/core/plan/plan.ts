import { displayName, type KubeObject } from '../../api/object.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { findClosedPromotions } from './promotion.ts';
import { assessHealth, isSettled } from '../health/health.ts';
import type { Tracked } from '../objects/inventory.ts';
import { valueAt } from '../values/json.ts';
import { type Application, type Observation, compareLive } from './observation.ts';

export type { Application, Applied, Cause, Observation } from './observation.ts';

/** What one pass has to do. */
export interface Plan {
  /** In the order of application. */
  apply: Application[];
  /** Objects that are not created before what holds them is ready: each with that, in words. */
  blocked: { object: DesiredObject; waitsFor: string[] }[];
  /** Changes of the blueprint that wait for an earlier environment. */
  awaitingPromotion: DesiredObject[];
  /** Objects that somebody deletes: they are applied anew when they are gone. */
  terminating: DesiredObject[];
  /** What is tracked and no longer desired, and may go once everything is applied. */
  prune: Tracked[];
  /** What is tracked and no longer desired, and may not go yet. */
  keptForNow: Tracked[];
  /** The environments that changes do not come to yet, each with the one that it waits for. */
  closedPromotions: ReadonlyMap<string, string>;
}

/** What the parts of the planner share. */
interface Planning {
  observation: Observation;
  tracked: ReadonlySet<string>;
  wanted: ReadonlyMap<string, DesiredObject>;
  plan: Plan;
}

/** Compares what is desired with what is. Pure: it decides, and touches nothing. */
export function planChanges(desired: DesiredState, observation: Observation): Plan {
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const obsolete = observation.tracked.filter(({ id }) => !wanted.has(id));
  const closedPromotions = findClosedPromotions(desired, obsolete, observation);
  const plan: Plan = {
    apply: [],
    blocked: [],
    awaitingPromotion: [],
    terminating: [],
    prune: [],
    keptForNow: [],
    closedPromotions,
  };
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
  if (application?.cause === 'update' && isGated(object, plan)) {
    plan.awaitingPromotion.push(object);
    // Drift is no change of the blueprint: no environment waits with its repair.
    const before = asApplied(object, observation);
    application = before === undefined ? undefined : compareLive(before, live, observation);
  }
  if (application !== undefined) plan.apply.push(application);
}

function planAbsent(object: DesiredObject, planning: Planning): void {
  const { observation, plan, tracked, wanted } = planning;
  const lack = observation.lacks(object);
  const waitsFor = lack === undefined ? [] : [lack];
  const gate = gateOf(object, plan);
  let application = object;
  if (!tracked.has(object.id)) {
    if (gate !== undefined) waitsFor.push(describeGate(gate));
    waitsFor.push(...notReady(object, wanted, observation), ...observation.unreadyExternal(object));
  } else if (gate !== undefined && observation.applied(object.id)?.digest !== observation.digest(object)) {
    // What has run is not held again: who deletes it by hand gets it back at once, but not with the change.
    const before = asApplied(object, observation);
    if (before === undefined) waitsFor.push(describeGate(gate));
    else plan.awaitingPromotion.push(object);
    application = before ?? object;
  }
  if (waitsFor.length > 0) plan.blocked.push({ object, waitsFor });
  else plan.apply.push({ object: application, cause: 'create', drift: [] });
}

function describeGate(environment: string): string {
  return `environment ${environment} with the same change`;
}

function gateOf({ environment }: DesiredObject, { closedPromotions }: Plan): string | undefined {
  return environment === undefined ? undefined : closedPromotions.get(environment);
}

/** Whether a change waits for another environment. One that suspends the object never does: it stops something. */
function isGated(object: DesiredObject, plan: Plan): boolean {
  return (
    gateOf(object, plan) !== undefined && valueAt(object.manifest['spec'] as never, ['suspend']) !== true
  );
}

/** An object as it was applied last, where this process knows that. */
function asApplied(object: DesiredObject, observation: Observation): DesiredObject | undefined {
  const manifest = observation.applied(object.id)?.manifest;
  return manifest === undefined ? undefined : { ...object, manifest };
}

/**
 * What is no longer desired goes when everything that is desired is there: in an environment, when that is so there
 * and in what all share; of what environments share, when all else is gone.
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

function notReady(
  object: DesiredObject,
  wanted: ReadonlyMap<string, DesiredObject>,
  observation: Observation,
): string[] {
  return object.createAfter.flatMap((id) => {
    const other = wanted.get(id);
    return other === undefined || isReadyAsDesired(other, observation) ? [] : [displayName(other.ref)];
  });
}

/** Whether an object is settled, and not about to be changed: its status would speak of the time before the change. */
function isReadyAsDesired(object: DesiredObject, observation: Observation): boolean {
  const live = observation.live(object);
  if (live === undefined || !isSettled(assessHealth(live).state)) return false;
  return (compareLive(object, live, observation)?.drift ?? []).length === 0;
}
