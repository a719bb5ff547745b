import type { KubeObject } from '../api/object.ts';
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
  /** Objects that are not created before what holds them is ready. */
  held: { object: DesiredObject; waitsFor: string[] }[];
  /** Objects that somebody deletes: they are applied anew when they are gone. */
  terminating: DesiredObject[];
  /** What is tracked and no longer desired. */
  prune: Tracked[];
}

/** Compares what is desired with what is. Pure: it decides, and touches nothing. */
export function planChanges(desired: DesiredState, observation: Observation): Plan {
  const plan: Plan = { apply: [], held: [], terminating: [], prune: [] };
  const tracked = new Set(observation.tracked.map(({ id }) => id));
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  for (const object of desired.objects) planObject(object, observation, tracked, wanted, plan);
  plan.prune = observation.tracked.filter(({ id }) => !wanted.has(id));
  return plan;
}

function planObject(
  object: DesiredObject,
  observation: Observation,
  tracked: ReadonlySet<string>,
  wanted: ReadonlyMap<string, DesiredObject>,
  plan: Plan,
): void {
  const live = observation.live(object);
  if (live === undefined) {
    // What has run is not held again: who deletes it by hand gets it back at once.
    const waitsFor = tracked.has(object.id) ? [] : notReady(object, wanted, observation);
    if (waitsFor.length > 0) plan.held.push({ object, waitsFor });
    else plan.apply.push({ object, cause: 'create', drift: [] });
  } else if (live.metadata.deletionTimestamp !== undefined) {
    plan.terminating.push(object);
  } else {
    const application = compareLive(object, live, observation);
    if (application !== undefined) plan.apply.push(application);
  }
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
  return object.heldBy.filter((id) => {
    const other = wanted.get(id);
    return other !== undefined && !isSettled(assessHealth(observation.live(other)).state);
  });
}
