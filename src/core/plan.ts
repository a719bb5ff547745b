import { displayName, type KubeObject } from '../api/object.ts';
import type { DesiredObject, DesiredState } from './desired.ts';
import { findDrift } from './drift.ts';
import { assessHealth, isSettled } from './health.ts';
import type { Tracked } from './inventory.ts';

/** What is known of the last application of an object. */
export interface Applied {
  /** Digest of the manifest that was applied. */
  digest: string;
  /** Drift that the application itself left, joined: what the API server changes back is not worth another try. */
  residue: string;
}

/** What the planner sees of the world. */
export interface Observation {
  tracked: readonly Tracked[];
  /** The live object, from the local copy. */
  live: (object: DesiredObject) => KubeObject | undefined;
  /** What was applied last, where that is known. */
  applied: (id: string) => Applied | undefined;
  /** Digest of a desired object's manifest. */
  digest: (object: DesiredObject) => string;
  /** Whether the cluster serves the object's kind. */
  served: (object: DesiredObject) => boolean;
  /** What of others an object still waits for, in words. Asked only for objects that were never created. */
  foreign: (object: DesiredObject) => readonly string[];
  /** Whether somebody else has such an object, which is as good as ours: a namespace. */
  satisfied: (id: string) => boolean;
}

/** Why an object is applied. */
export type Cause = 'create' | 'update' | 'drift';

/** An object to apply. */
export interface Application {
  object: DesiredObject;
  cause: Cause;
  /** Paths that drifted, where the cause is drift. */
  drift: readonly string[];
}

/** What one pass has to do. */
export interface Plan {
  /** In the order of application. */
  apply: Application[];
  /** Objects that are not created before what holds them is ready: each with that, in words. */
  held: { object: DesiredObject; waitsFor: string[] }[];
  /** Changes of the blueprint that wait for an earlier environment. */
  deferred: DesiredObject[];
  /** Objects that somebody deletes: they are applied anew when they are gone. */
  terminating: DesiredObject[];
  /** What is tracked and no longer desired. */
  prune: Tracked[];
}

/** Compares what is desired with what is. Pure: it decides, and touches nothing. */
export function planChanges(desired: DesiredState, observation: Observation): Plan {
  const tracked = new Set(observation.tracked.map(({ id }) => id));
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const gates = closedGates(desired, observation);
  const plan: Plan = { apply: [], held: [], deferred: [], terminating: [], prune: [] };
  for (const object of desired.objects) {
    if (observation.satisfied(object.id)) continue;
    const gate = object.environment === undefined ? undefined : gates.get(object.environment);
    if (!planLive(object, observation, gate, plan))
      planAbsent(object, observation, gate, tracked, wanted, plan);
  }
  plan.prune = observation.tracked.filter(({ id }) => !wanted.has(id));
  return plan;
}

/** Plans for an object that is there; false when it is not. */
function planLive(
  object: DesiredObject,
  observation: Observation,
  gate: string | undefined,
  plan: Plan,
): boolean {
  const live = observation.live(object);
  if (live === undefined) return false;
  if (live.metadata.deletionTimestamp !== undefined) {
    plan.terminating.push(object);
    return true;
  }
  const application = compareLive(object, live, observation);
  // Drift is no change of the blueprint: no environment waits with its repair.
  if (application?.cause === 'update' && gate !== undefined) plan.deferred.push(object);
  else if (application !== undefined) plan.apply.push(application);
  return true;
}

function planAbsent(
  object: DesiredObject,
  observation: Observation,
  gate: string | undefined,
  tracked: ReadonlySet<string>,
  wanted: ReadonlyMap<string, DesiredObject>,
  plan: Plan,
): void {
  const waitsFor = observation.served(object)
    ? []
    : [`the CRD of ${object.ref.kind} (${object.ref.apiVersion})`];
  // What has run is not held again: who deletes it by hand gets it back at once.
  if (!tracked.has(object.id)) {
    if (gate !== undefined) waitsFor.push(`environment ${gate} with the same change`);
    waitsFor.push(...notReady(object, wanted, observation), ...observation.foreign(object));
  }
  if (waitsFor.length > 0) plan.held.push({ object, waitsFor });
  else plan.apply.push({ object, cause: 'create', drift: [] });
}

/**
 * The environments that changes of the blueprint do not come to yet, each with the one that it waits for: until every
 * object of that is there as it is desired now, and settled.
 */
export function closedGates(desired: DesiredState, observation: Observation): ReadonlyMap<string, string> {
  const unready = new Set<string>();
  for (const object of desired.environments.length === 0 ? [] : desired.objects) {
    if (object.environment === undefined || unready.has(object.environment)) continue;
    if (!isSettledAsDesired(object, observation)) unready.add(object.environment);
  }
  const after = new Map(desired.environments.map((environment) => [environment.name, environment.after]));
  // What comes before an environment that waits is waited for too; the compiler refuses circles.
  const isOpen = (name: string | undefined): boolean =>
    name === undefined || (!unready.has(name) && isOpen(after.get(name)));
  return new Map(
    desired.environments.flatMap(({ name, after: before }) =>
      before === undefined || isOpen(before) ? [] : [[name, before] as const],
    ),
  );
}

function isSettledAsDesired(object: DesiredObject, observation: Observation): boolean {
  const live = observation.live(object);
  if (live === undefined) return false;
  return compareLive(object, live, observation) === undefined && isSettled(assessHealth(live).state);
}

function compareLive(
  object: DesiredObject,
  live: KubeObject,
  observation: Observation,
): Application | undefined {
  const drift = findDrift(object.manifest, live);
  const applied = observation.applied(object.id);
  if (applied?.digest !== observation.digest(object)) return { object, cause: 'update', drift };
  if (drift.length === 0 || drift.join() === applied.residue) return undefined;
  return { object, cause: 'drift', drift };
}

function notReady(
  object: DesiredObject,
  wanted: ReadonlyMap<string, DesiredObject>,
  observation: Observation,
): string[] {
  return object.heldBy.flatMap((id) => {
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
