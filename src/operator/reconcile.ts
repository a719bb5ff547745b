import { displayName } from '../api/object.ts';
import { Reason, type Verdict } from '../core/conditions.ts';
import type { DesiredState } from '../core/desired.ts';
import { type Health, assessHealth } from '../core/health.ts';
import { type Tracked, trackDesired, unionInventory, withoutIds } from '../core/inventory.ts';
import { type Plan, planChanges } from '../core/plan.ts';
import { describeProblem } from '../core/problem.ts';
import { type ObjectReport, reportObjects } from '../core/status.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Outcome } from '../ports/outcome.ts';
import { type Conflict, type Failure, applyObjects, findConflicts } from './apply.ts';
import { claimBlueprint } from './claim.ts';
import { finalizeBlueprint } from './finalize.ts';
import { holdBehindChanges } from './hold.ts';
import { BlueprintMemory, type Compilation } from './memory.ts';
import { type Pass, beginPass } from './pass.ts';
import type { ReconcileDependencies } from './ports.ts';
import { writeStatus } from './report.ts';
import { LOOK_AGAIN_MS, type Teardown, tearDown } from './teardown.ts';

/** How soon a refused object is looked at again, in milliseconds: objects that are not ours are not watched. */
const CONFLICT_RETRY_MS = 60_000;

/** Brings the cluster to what one blueprint says. `key` is `namespace/name`. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>;

/** Makes the reconcile function; what it remembers of blueprints lives in it. */
export function createReconcile(deps: ReconcileDependencies): Reconcile {
  const memories = new Map<string, BlueprintMemory>();
  return async (key, signal) => {
    const [namespace = '', name = ''] = key.split('/');
    // 1. Load.
    const object = deps.views.blueprint(namespace, name);
    if (object === undefined) {
      memories.delete(key);
      return { kind: 'done' };
    }
    const memory = memories.get(key) ?? new BlueprintMemory();
    memories.set(key, memory);
    const pass = beginPass(deps, object, memory, signal);
    try {
      return await (object.metadata.deletionTimestamp === undefined
        ? reconcilePass(pass)
        : finalizeBlueprint(pass));
    } catch (error) {
      return endBadly(pass, error);
    }
  };
}

async function reconcilePass(pass: Pass): Promise<Outcome> {
  // 2. Validate and compile.
  const compiled = pass.memory.compile(pass.blueprint, pass.deps.views.context());
  if (!compiled.ok) return refuse(pass, compiled);
  const { desired } = compiled;
  // 3. Plan.
  pass.memory.trust(compiled, pass.status?.lastAppliedDigest);
  const plan = holdBehindChanges(pass, planChanges(desired, observe(pass)));
  const { conflicts, failures: unseen } = await findConflicts(pass, plan.apply);
  if (unseen.length > 0) return failApply(pass, unseen, desired, plan);
  if (conflicts.length > 0) return refuseConflicts(pass, conflicts);
  // 4. Store the union inventory, before anything of it exists.
  await claimBlueprint(pass);
  const placed = trackPlaced(desired, plan);
  await storeUnion(pass, placed, plan, compiled.digest);
  // 5. Apply.
  const { failures } = await applyObjects(pass, plan.apply);
  if (failures.length > 0) return failApply(pass, failures, desired, plan);
  return finishPass(pass, compiled, plan, placed);
}

async function finishPass(
  pass: Pass,
  { desired, digest }: Extract<Compilation, { ok: true }>,
  plan: Plan,
  placed: readonly Tracked[],
): Promise<Outcome> {
  // 6. Prune, only when everything that is desired is there.
  const complete = plan.held.length === 0 && plan.terminating.length === 0;
  const teardown = complete ? await tearDown(pass, plan.prune) : undefined;
  // 7. Shrink the inventory, health, status.
  const tracked = withoutIds(unionInventory(pass.tracked, placed), teardown?.gone ?? new Set());
  const objects = reportObjects(desired, assessAll(pass, desired, plan));
  const verdict = judge(objects, teardown);
  const lastAppliedDigest = complete ? digest : undefined;
  await writeStatus(pass, { verdict, tracked, objects, lastAppliedDigest, final: true });
  return conclude(verdict, plan, teardown);
}

function observe(pass: Pass): Parameters<typeof planChanges>[1] {
  return {
    tracked: pass.tracked,
    live: (object) => pass.deps.views.generated(object.ref),
    applied: (id) => pass.memory.applied(id),
    digest: (object) => pass.memory.digest(object),
  };
}

async function refuse(pass: Pass, { problems }: Extract<Compilation, { ok: false }>): Promise<Outcome> {
  const message = problems.map(describeProblem).join('\n');
  await writeStatus(pass, {
    verdict: { type: 'stalled', reason: Reason.InvalidBlueprint, message },
    tracked: pass.tracked,
    final: true,
  });
  return { kind: 'stalled', reason: `${problems.length} problems` };
}

async function refuseConflicts(pass: Pass, conflicts: readonly Conflict[]): Promise<Outcome> {
  const message = conflicts
    .map(({ object, owner }) => {
      const remedy = owner.startsWith('FluxBlueprint ')
        ? 'rename one of the two'
        : 'rename it, or set `adoption: Adopt`';
      return `${object.path}: ${displayName(object.ref)} exists and belongs to ${owner}: ${remedy}`;
    })
    .join('\n');
  await writeStatus(pass, {
    verdict: { type: 'stalled', reason: Reason.ObjectConflict, message },
    tracked: pass.tracked,
    final: true,
  });
  return { kind: 'waiting', reason: message, requeueAfterMs: CONFLICT_RETRY_MS };
}

/** What is wanted and is there or about to be, each in the wave where it stands now. */
function trackPlaced(desired: DesiredState, plan: Plan): Tracked[] {
  const absent = new Set([...plan.held.map(({ object }) => object), ...plan.terminating].map(({ id }) => id));
  return desired.objects.filter(({ id }) => !absent.has(id)).map(trackDesired);
}

async function storeUnion(pass: Pass, placed: readonly Tracked[], plan: Plan, digest: string): Promise<void> {
  const known = new Set(pass.tracked.map(({ id }) => id));
  const last = pass.status?.lastAppliedDigest;
  // From the first write on, what was applied last is no longer applied in full.
  const outdated = plan.apply.length > 0 && last !== undefined && last !== digest;
  if (!outdated && placed.every(({ id }) => known.has(id))) return;
  await writeStatus(pass, {
    verdict: {
      type: 'progressing',
      reason: Reason.Progressing,
      message: `applying ${plan.apply.length} objects`,
    },
    tracked: unionInventory(pass.tracked, placed),
    lastAppliedDigest: outdated ? null : undefined,
    final: false,
  });
}

async function failApply(
  pass: Pass,
  failures: readonly Failure[],
  desired: DesiredState,
  plan: Plan,
): Promise<Outcome> {
  const message = failures.map(describeFailure).join('\n');
  await writeStatus(pass, {
    verdict: { type: 'failing', reason: Reason.ApplyFailed, message, retrying: true },
    tracked: pass.tracked,
    objects: reportObjects(desired, assessAll(pass, desired, plan)),
    final: true,
  });
  return { kind: 'failed', error: failures[0]?.error ?? new Error(message) };
}

/** What the API server refused, with the paths in the blueprint that wrote the fields it names. */
function describeFailure({ object, error }: Failure): string {
  const origins = error.causes
    .map(({ field }) => field.split('.'))
    .filter(([root]) => root === 'spec')
    .map(([, ...steps]) => object.originOf(steps));
  const where = origins.length === 0 ? object.path : [...new Set(origins)].join(', ');
  return `${where}: ${displayName(object.ref)} was not accepted: ${error.message}`;
}

function assessAll(pass: Pass, desired: DesiredState, plan: Plan): ReadonlyMap<string, Health> {
  const health = new Map(
    desired.objects.map(
      (object) => [object.id, assessHealth(pass.deps.views.generated(object.ref))] as const,
    ),
  );
  for (const { object } of plan.held) health.set(object.id, { state: 'Blocked' });
  return health;
}

function judge(objects: ObjectReport, teardown: Teardown | undefined): Verdict {
  const failure = teardown?.failures[0];
  if (failure !== undefined) {
    const message = `${failure.object} is no longer wanted and cannot be deleted: ${failure.error.message}`;
    return { type: 'failing', reason: Reason.PruneFailed, message, retrying: true };
  }
  const { summary, cause } = objects;
  if (cause !== undefined) return judgeCause(summary.components, cause);
  if (teardown !== undefined && teardown.waiting.length > 0) {
    return {
      type: 'progressing',
      reason: Reason.Progressing,
      message: `deleting: ${teardown.waiting.join('; ')}`,
    };
  }
  const suspended = summary.suspended === 0 ? '' : `, ${summary.suspended} suspended`;
  return { type: 'ready', message: `${summary.components} ready${suspended}` };
}

function judgeCause(ready: string, cause: NonNullable<ObjectReport['cause']>): Verdict {
  const object = displayName(cause);
  const why = cause.message === undefined ? '' : `: ${cause.message}`;
  if (cause.state === 'Failed') {
    const message = `${ready} ready; ${object} failed${why}`;
    return { type: 'failing', reason: Reason.ComponentFailed, message, retrying: true };
  }
  return {
    type: 'progressing',
    reason: Reason.Progressing,
    message: `${ready} ready; waiting for ${object}${why}`,
  };
}

function conclude(verdict: Verdict, plan: Plan, teardown: Teardown | undefined): Outcome {
  const failure = teardown?.failures[0];
  if (failure !== undefined) return { kind: 'failed', error: failure.error };
  if (verdict.type === 'ready') return { kind: 'done' };
  // A watch tells of both, unless what was applied made no difference, or what goes has lost its labels.
  const deleting = (teardown?.waiting.length ?? 0) > 0;
  const holding = plan.held.length > 0 && plan.apply.length > 0;
  const requeueAfterMs = deleting || holding ? LOOK_AGAIN_MS : undefined;
  return { kind: 'waiting', reason: verdict.message, requeueAfterMs };
}

/** A request that failed outside of apply and prune: told in the status where that can still be written. */
async function endBadly(pass: Pass, error: unknown): Promise<Outcome> {
  if (!(error instanceof ClusterError)) throw error;
  if (error.reason === 'Aborted') return { kind: 'failed', error };
  // The blueprint is gone, or another one has its name: the watch tells.
  if (error.reason === 'NotFound') return { kind: 'done' };
  await writeStatus(pass, {
    verdict: { type: 'failing', reason: Reason.ReconcileFailed, message: error.message, retrying: true },
    tracked: pass.tracked,
    final: true,
  }).catch((second: unknown) => {
    if (!(second instanceof ClusterError)) throw second;
    pass.logger.warn('the status could not be written', { error: second.message });
  });
  return { kind: 'failed', error };
}
