import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { assessHealth, isSettled } from '../health/health.ts';
import type { Tracked } from '../objects/inventory.ts';
import { type Observation, compareLive } from './observation.ts';
import { isAtSourceRevision } from '../health/source-revision.ts';

/**
 * Finds the environments that changes of the blueprint may not reach yet, each with the environment that it waits for.
 * An environment is ready for promotion once all of its desired objects exist, are up to date and settled, and none of
 * its `obsolete` objects exists any more.
 */
export function findClosedPromotions(
  desired: DesiredState,
  obsolete: readonly Tracked[],
  observation: Observation,
): ReadonlyMap<string, string> {
  if (desired.environments.every(({ after }) => after === undefined)) return new Map();
  const unready = findUnready(desired, obsolete, observation);
  const after = new Map(desired.environments.map((environment) => [environment.name, environment.after]));
  // An environment also waits for all that come before its predecessor. The compiler refuses cycles.
  const isOpen = (name: string | undefined): boolean =>
    name === undefined || (!unready.has(name) && isOpen(after.get(name)));
  return new Map(
    desired.environments.flatMap(({ name, after: before }) =>
      before === undefined || isOpen(before) ? [] : [[name, before] as const],
    ),
  );
}

function findUnready(
  desired: DesiredState,
  obsolete: readonly Tracked[],
  observation: Observation,
): ReadonlySet<string> {
  const unready = new Set<string>();
  for (const tracked of obsolete) {
    const environment = observation.environmentOf(tracked);
    if (environment !== undefined) unready.add(environment);
  }
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  for (const object of desired.objects) {
    if (object.environment === undefined || unready.has(object.environment)) continue;
    if (!isSettledAsDesired(object, wanted, observation)) unready.add(object.environment);
  }
  return unready;
}

function isSettledAsDesired(
  object: DesiredObject,
  wanted: ReadonlyMap<string, DesiredObject>,
  observation: Observation,
): boolean {
  const live = observation.live(object);
  if (live === undefined || compareLive(object, live, observation) !== undefined) return false;
  const { state } = assessHealth(live);
  if (state !== 'Ready') return isSettled(state);
  return object.dependsOn.every((id) => {
    const source = wanted.get(id);
    const sourceLive = source === undefined ? undefined : observation.live(source);
    return sourceLive === undefined || isAtSourceRevision(live, sourceLive);
  });
}
