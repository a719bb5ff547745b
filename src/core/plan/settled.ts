import { assessHealth, isSettled } from '../health/health.ts';
import { isAtSourceRevision } from '../health/source-revision.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { type Observation, compareLive } from './observation.ts';

/** What tells whether an environment is settled. */
export type SettledObservation = Pick<
  Observation,
  'tracked' | 'live' | 'applied' | 'digest' | 'satisfied' | 'environmentOf'
>;

/**
 * Whether an environment, or a blueprint without environments, is settled: all of its desired objects exist, are up to
 * date and settled, at the revision of their source, and none of its obsolete objects exists any more.
 *
 * @param environment undefined for a blueprint without environments
 */
export function isEnvironmentSettled(
  environment: string | undefined,
  desired: DesiredState,
  observation: SettledObservation,
): boolean {
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const obsolete = observation.tracked.some(
    (tracked) => !wanted.has(tracked.id) && observation.environmentOf(tracked) === environment,
  );
  return (
    !obsolete &&
    desired.objects.every(
      (object) => object.environment !== environment || isSettledAsDesired(object, wanted, observation),
    )
  );
}

function isSettledAsDesired(
  object: DesiredObject,
  wanted: ReadonlyMap<string, DesiredObject>,
  observation: SettledObservation,
): boolean {
  if (observation.satisfied(object.id)) return true;
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
