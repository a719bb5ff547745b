/**
 * The phases that write: finalizer and inventory first (`store-inventory.ts`), then the objects (this file), then the
 * requests to Flux's controllers (`request-reconciles.ts`). Every write of an object is impersonated where the
 * blueprint has an account.
 */
import { FIELD_MANAGER } from '../../api/names.ts';
import { displayName, type KubeObject } from '../../api/object.ts';
import { type Parent, describeParent, remedyFor } from '../../core/adoption/find-parent.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { findOtherManagers } from '../../core/objects/managed-fields.ts';
import { withoutEmptiedMaps } from '../../core/plan/emptied-maps.ts';
import type { Application } from '../../core/plan/plan.ts';
import { compare } from '../../core/values/path.ts';
import { asClusterError, isReason } from '../../ports/cluster.ts';
import { type Phase, endWith, proceed } from '../context/ending.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import { type ReconcileContext, isExact } from '../context/reconcile-context.ts';
import { recordEvent } from '../context/record-event.ts';
import { type Failure, failApply } from '../context/refuse.ts';
import { ensureLinted } from '../lint/lint-blueprint.ts';
import { recordParent } from '../lint/parents.ts';
import { generatedObject } from '../observe/live-object.ts';
import { reportOn } from '../observe/observe.ts';
import type { PlannedReconcile } from '../plan/plan-reconcile.ts';
import { takeOver } from './take-over.ts';

/** The apply phase: applies what is planned, and ends the reconcile where the API server refused some of it. */
export async function applyPlan(context: ReconcileContext, planned: PlannedReconcile): Promise<Phase<void>> {
  const { wanted, plan, absent } = planned;
  const failures = await applyObjects(context, plan.apply, absent);
  if (failures.length === 0) return proceed(undefined);
  await ensureLinted(context, wanted);
  return endWith(failApply(context, failures, reportOn(context, planned)));
}

/**
 * Applies objects wave by wave, those of a wave concurrently, and answers what failed. A failure keeps the later waves
 * from being applied. An object that is `absent` is only created: one that somebody else created meanwhile stays as it
 * is.
 */
async function applyObjects(
  context: ReconcileContext,
  applications: readonly Application[],
  absent: ReadonlySet<string>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const wave of groupByWave(applications)) {
    if (failures.length > 0) break;
    const results = await mapConcurrently(wave, context.concurrency, (application) =>
      applyObject(context, application, absent.has(application.object.id)),
    );
    failures.push(...results.filter((result) => result !== undefined));
  }
  return failures.sort((a, b) => compare(a.object.id, b.object.id));
}

function groupByWave(applications: readonly Application[]): Application[][] {
  const waves = Map.groupBy(applications, ({ object }) => object.wave);
  return [...waves].sort(([a], [b]) => a - b).map(([, members]) => members);
}

async function applyObject(
  context: ReconcileContext,
  application: Application,
  createOnly: boolean,
): Promise<Failure | undefined> {
  const { object } = application;
  const { deps, memory } = context;
  try {
    const live = createOnly ? undefined : generatedObject(context, object.ref);
    const taken = !createOnly && isToBeTaken(context, application, live);
    const before = taken ? await takeOver(context, object) : live;
    const stored = await send(context, application, before, createOnly);
    deps.cache.assume(stored);
    const digest = memory.compiled.digest(object);
    memory.objects.recordApplied(object, digest, stored, deps.clock.monotonic());
    if (application.parent !== undefined) recordContest(context, object, application.parent);
    if (!isUnchanged(live, stored)) recordApplication(context, application, live);
    return undefined;
  } catch (thrown) {
    const error = asClusterError(thrown);
    // The answer may have been lost, and not the request: the object may hold what this version alone asked for.
    memory.objects.forget(object.id);
    // Its namespace is gone, and no watch reports that.
    if (isReason(error, 'NotFound')) memory.objects.expireSeen();
    return { object, error };
  }
}

function recordContest(context: ReconcileContext, { id }: DesiredObject, parent: Parent): void {
  context.memory.objects.recordCorrected(id, context.deps.clock.monotonic());
  recordParent(context, id, parent);
}

/**
 * Whether an object is to be taken over from those who applied it before: one that is adopted, or one that they apply
 * again.
 */
function isToBeTaken(
  context: ReconcileContext,
  { object, parent }: Application,
  live: KubeObject | undefined,
): boolean {
  return isExact(context) && object.ref.kind !== 'Namespace' && (live === undefined || parent !== undefined);
}

async function send(
  { deps: { cluster }, as, signal }: ReconcileContext,
  { object }: Application,
  live: KubeObject | undefined,
  createOnly: boolean,
): Promise<KubeObject> {
  const options = { fieldManager: FIELD_MANAGER, as, signal };
  const before = withoutEmptiedMaps(object.manifest, live);
  if (before !== undefined) await cluster.apply(before, options);
  return cluster.apply(object.manifest, { ...options, createOnly });
}

/**
 * Whether an apply changed nothing: after a restart, an object that is too large to be held is applied to find out
 * whether anybody has changed it.
 */
function isUnchanged(live: KubeObject | undefined, { metadata }: KubeObject): boolean {
  return live !== undefined && live.metadata.resourceVersion === metadata.resourceVersion;
}

function recordApplication(
  context: ReconcileContext,
  application: Application,
  live: KubeObject | undefined,
): void {
  const { object, cause, drift, parent } = application;
  context.progress.tally.applied[cause]++;
  const fields = { object: displayName(object.ref), layer: object.layer, cause };
  context.logger.info(
    cause === 'drift' ? 'repaired drift' : 'applied',
    drift.length > 0 ? { ...fields, drift } : fields,
  );
  if (cause !== 'drift') return;
  if (parent === undefined) recordRepair(context, application, live);
  else recordCorrection(context, object, parent);
}

/** Says of an object that somebody else applies too that it was taken back, and from whom it has to go. */
function recordCorrection(context: ReconcileContext, { ref, path }: DesiredObject, parent: Parent): void {
  recordEvent(context, {
    type: 'Warning',
    reason: 'TwoManagers',
    note: `took ${displayName(ref)} (${path}) back from ${describeParent(parent)}, which applies it too: ${remedyFor(parent)}`,
  });
}

/** Says to whoever changed a generated object by hand that the change did not last, and where to make it. */
function recordRepair(
  context: ReconcileContext,
  { object, drift }: Application,
  live: KubeObject | undefined,
): void {
  const managers = live === undefined ? [] : findOtherManagers(object.manifest, live);
  const by =
    managers.length === 0 ? '' : `, which ${[...new Set(managers)].sort(compare).join(', ')} had set`;
  recordEvent(context, {
    type: 'Normal',
    reason: 'DriftRepaired',
    note: `put back ${drift.join(', ')} of ${displayName(object.ref)}${by}: make the change in the blueprint, at ${object.path}`,
  });
}
