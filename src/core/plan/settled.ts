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
 * How an environment does. `busy` is one in which everything is as desired and nothing failed, and Flux is just looking
 * at something: it says so at the beginning of each of its own reconciles, also where nothing has changed.
 */
export type Settledness = 'settled' | 'busy' | 'unsettled';

/**
 * Whether an environment, or a blueprint without environments, is settled: all of its desired objects exist, are up to
 * date and settled, at the revision of their source, and none of its obsolete objects exists any more.
 *
 * @param environment undefined for a blueprint without environments
 */
export function assessEnvironment(
  environment: string | undefined,
  desired: DesiredState,
  observation: SettledObservation,
): Settledness {
  const wanted = new Map(desired.objects.map((object) => [object.id, object]));
  const obsolete = observation.tracked.some(
    (tracked) => !wanted.has(tracked.id) && observation.environmentOf(tracked) === environment,
  );
  if (obsolete) return 'unsettled';
  let worst: Settledness = 'settled';
  for (const object of desired.objects) {
    if (object.environment !== environment) continue;
    const one = assessObject(object, wanted, observation);
    if (one === 'unsettled') return one;
    if (one === 'busy') worst = one;
  }
  return worst;
}

function assessObject(
  object: DesiredObject,
  wanted: ReadonlyMap<string, DesiredObject>,
  observation: SettledObservation,
): Settledness {
  if (observation.satisfied(object.id)) return 'settled';
  const live = observation.live(object);
  if (live === undefined || compareLive(object, live, observation) !== undefined) return 'unsettled';
  const { state } = assessHealth(live);
  if (state === 'Progressing') return 'busy';
  if (state !== 'Ready') return isSettled(state) ? 'settled' : 'unsettled';
  const current = object.dependsOn.every((id) => {
    const source = wanted.get(id);
    const sourceLive = source === undefined ? undefined : observation.live(source);
    return sourceLive === undefined || isAtSourceRevision(live, sourceLive);
  });
  return current ? 'settled' : 'unsettled';
}
