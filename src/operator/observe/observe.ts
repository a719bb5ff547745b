/**
 * What the operator sees of the cluster: the cache, and reads of what is not watched. It writes nothing, and decides
 * nothing about what it sees. Begin with {@link observe}.
 */
import { distinctKinds } from '../../api/object.ts';
import { environmentOf } from '../../core/compile/environments/scopes.ts';
import { assessWithSource, chartAwaitedBy } from '../../core/health/health-with-source.ts';
import type { Health } from '../../core/health/health.ts';
import { sourceOf } from '../../core/health/source-revision.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { type Tracked, refOfTracked } from '../../core/objects/inventory.ts';
import { toKey } from '../../core/objects/ownership.ts';
import type { Observation, Plan } from '../../core/plan/plan.ts';
import { type ReportedObjects, findWebhooks } from '../../core/status/next-status.ts';
import { memoize } from '../../core/values/memoize.ts';
import { reportObjects } from '../../core/status/object-report.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { findWaiting, readExternal } from './external-dependencies.ts';
import { generatedObject, liveOf, readSource } from './live-object.ts';
import { readUnwatched } from './unwatched-objects.ts';
import { watchDependencies } from './watch-dependencies.ts';

/** Observes everything that the planner asks about. */
export async function observe(context: ReconcileContext, desired: DesiredState): Promise<Observation> {
  const { memory, deps, progress, blueprint } = context;
  deps.cache.use(toKey(context.key), [
    ...kindsOfDesired(desired.objects),
    ...kindsOfTracked(progress.tracked),
  ]);
  await readUnwatched(context, desired.objects);
  const waiting = findWaiting(context, desired.objects);
  watchDependencies(context, desired, waiting);
  return {
    tracked: progress.tracked,
    live: (object) => liveOf(context, object),
    applied: (id) => memory.objects.applied(id),
    digest: (object) => memory.compiled.digest(object),
    lacks: ({ ref }) => deps.cache.lacks(ref),
    unreadyExternal: await readExternal(context, waiting),
    satisfied: (id) => memory.objects.isSatisfied(id),
    environmentOf: (tracked) => environmentOf(blueprint.spec.environments ?? [], refOfTracked(tracked).name),
  };
}

/** Sums up the present state of the generated objects. */
export function reportOn(context: ReconcileContext, desired: DesiredState, plan: Plan): ReportedObjects {
  const health = new Map(
    desired.objects.map((object) => [object.id, assessObject(context, object)] as const),
  );
  for (const { object, waitsFor } of plan.blocked) {
    health.set(object.id, { state: 'Blocked', message: `waits for ${waitsFor.join(', ')}` });
  }
  const objects = reportObjects(desired, health, plan.closedPromotions);
  const webhooks = findWebhooks(objects.receivers, (ref) => generatedObject(context, ref));
  return { ...objects, webhooks };
}

function assessObject(context: ReconcileContext, object: DesiredObject): Health {
  if (context.memory.objects.isSatisfied(object.id)) return { state: 'Ready' };
  const live = liveOf(context, object);
  return assessWithSource(live, readSource(context, sourceOf(object.manifest) ?? chartAwaitedBy(live)));
}

/** The kinds of objects that are desired. */
const kindsOfDesired = memoize((objects: readonly DesiredObject[]) =>
  distinctKinds(objects.map(({ ref }) => ref)),
);

/** The kinds in an inventory: their objects have to be seen until they are gone. */
const kindsOfTracked = memoize((tracked: readonly Tracked[]) => distinctKinds(tracked.map(refOfTracked)));
