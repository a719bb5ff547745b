/**
 * What the operator sees of the cluster: the cache, and reads of what is not watched. It writes nothing, and decides
 * nothing about what it sees. Begin with {@link observe}.
 */
import { distinctKinds } from '../../api/object.ts';
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
import { type ReconcileContext, isExact } from '../context/reconcile-context.ts';
import { findWaiting, readExternal } from './external-dependencies.ts';
import { generatedObject, liveOf, readSource } from './live-object.ts';
import { readUnwatched } from './unwatched-objects.ts';
import { watchDependencies } from './watch-dependencies.ts';

/** What the planner asks about that is observed. */
export type Observed = Omit<Observation, 'held' | 'environmentOf' | 'moves'>;

/**
 * Observes everything that the planner asks about.
 *
 * @param requiring what else is to be watched for: stages whose changes wait for objects
 */
export async function observe(
  context: ReconcileContext,
  desired: DesiredState,
  requiring: readonly DesiredObject[] = [],
): Promise<Observed> {
  const { memory, deps, progress } = context;
  deps.cache.use(toKey(context.key), [
    ...kindsOfDesired(desired.objects),
    ...kindsOfTracked(progress.tracked),
  ]);
  await readUnwatched(context, desired.objects);
  const waiting = findWaiting(context, desired.objects);
  watchDependencies(context, desired, [...waiting, ...requiring]);
  return {
    tracked: progress.tracked,
    live: (object) => liveOf(context, object),
    applied: (id) => memory.objects.applied(id),
    digest: (object) => memory.compiled.digest(object),
    lacks: ({ ref }) => deps.cache.lacks(ref),
    unreadyExternal: await readExternal(context, waiting),
    satisfied: (id) => memory.objects.isSatisfied(id),
    exact: isExact(context),
    correctableIn: (id) => correctableIn(context, id),
  };
}

/** How often an object is corrected that somebody else applies too, in milliseconds. */
const CORRECT_EVERY_MS = 60_000;

/** In how many milliseconds an object may be corrected again that somebody else applies too; 0 for at once. */
export function correctableIn({ memory, deps }: ReconcileContext, id: string): number {
  const at = memory.objects.corrected(id);
  return at === undefined ? 0 : Math.max(0, at + CORRECT_EVERY_MS - deps.clock.monotonic());
}

/** An object of an environment in which nothing is in force yet, and what that waits for. */
export interface PendingObject {
  object: DesiredObject;
  message: string;
}

/** Sums up the present state of the generated objects. */
export function reportOn(
  context: ReconcileContext,
  { desired, plan, pending }: { desired: DesiredState; plan: Plan; pending: readonly PendingObject[] },
): ReportedObjects {
  const health = new Map(
    desired.objects.map((object) => [object.id, assessObject(context, object)] as const),
  );
  for (const { object, waitsFor } of plan.blocked) {
    health.set(object.id, { state: 'Blocked', message: `waits for ${waitsFor.join(', ')}` });
  }
  for (const { object, message } of pending) health.set(object.id, { state: 'Blocked', message });
  const objects = reportObjects(
    desired,
    health,
    pending.map(({ object }) => object),
  );
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
