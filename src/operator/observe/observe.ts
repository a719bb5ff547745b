import type { Spec } from '../../api/schema/spec.ts';
import { assessWithSource, chartAwaitedBy } from '../../core/health/health-with-source.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import type { Health } from '../../core/health/health.ts';
import { type Tracked, refOfTracked } from '../../core/objects/inventory.ts';
import type { Observation, Plan } from '../../core/plan/plan.ts';
import { sourceOf } from '../../core/health/source-revision.ts';
import { type ObjectReport, reportObjects } from '../../core/status/object-report.ts';
import { findWaiting, lookAtForeign } from './external-dependencies.ts';
import { liveOf, seeSource } from './live-object.ts';
import type { Pass } from '../context/reconcile-context.ts';
import { followReferents } from './watch-dependencies.ts';
import { lookAtUnwatched } from './unwatched-objects.ts';

/** Looks at the world: at the local copies, and at what no watch tells. */
export async function observe(pass: Pass, desired: DesiredState): Promise<Observation> {
  const { memory, deps } = pass;
  await lookAtUnwatched(pass, desired.objects);
  const waiting = findWaiting(pass, desired.objects);
  followReferents(pass, desired, waiting);
  return {
    tracked: pass.tracked,
    live: (object) => liveOf(pass, object),
    applied: (id) => memory.applied(id),
    digest: (object) => memory.digest(object),
    lacks: ({ ref }) => deps.cache.lacks(ref),
    unreadyExternal: await lookAtForeign(pass, waiting),
    satisfied: (id) => memory.isSatisfied(id),
    environmentOf: (tracked) => environmentOf(pass.blueprint.spec, tracked),
  };
}

/** Sums up how the generated objects are now. */
export function reportOn(pass: Pass, desired: DesiredState, plan: Plan): ObjectReport {
  const health = new Map(desired.objects.map((object) => [object.id, assessObject(pass, object)] as const));
  for (const { object, waitsFor } of plan.blocked) {
    health.set(object.id, { state: 'Blocked', message: `waits for ${waitsFor.join(', ')}` });
  }
  return reportObjects(desired, health, plan.closedPromotions);
}

function assessObject(pass: Pass, object: DesiredObject): Health {
  if (pass.memory.isSatisfied(object.id)) return { state: 'Ready' };
  const live = liveOf(pass, object);
  return assessWithSource(live, seeSource(pass, sourceOf(object.manifest) ?? chartAwaitedBy(live)));
}

/** The environment of what was generated, by the end of its name: the suffix of an environment cannot be changed. */
function environmentOf({ environments = [] }: Spec, tracked: Tracked): string | undefined {
  const { name } = refOfTracked(tracked);
  const [longest] = environments
    .map((environment) => ({ name: environment.name, suffix: environment.suffix ?? `-${environment.name}` }))
    .filter(({ suffix }) => name.endsWith(suffix))
    .sort((a, b) => b.suffix.length - a.suffix.length);
  return longest?.name;
}
