import { Reason } from '../core/conditions.ts';
import type { DesiredObject, DesiredState } from '../core/desired.ts';
import { type Health, assessHealth } from '../core/health.ts';
import { type Tracked, trackDesired, unionInventory, withoutIds } from '../core/inventory.ts';
import { type Observation, type Plan, closedGates, planChanges } from '../core/plan.ts';
import { type ObjectReport, reportObjects } from '../core/status.ts';
import type { Outcome } from '../ports/outcome.ts';
import { ensureAgeKey } from './age-key.ts';
import { applyObjects, findConflicts } from './apply.ts';
import { claimBlueprint } from './claim.ts';
import { finalizeBlueprint } from './finalize.ts';
import { lookAtForeign } from './foreign.ts';
import { judgePractice } from './practice.ts';
import { BlueprintMemory, type Compilation, isUnwatched } from './memory.ts';
import { type Pass, beginPass } from './pass.ts';
import type { ReconcileDependencies } from './ports.ts';
import { endBadly, failApply, refuse, refuseConflicts } from './refuse.ts';
import { writeStatus } from './report.ts';
import { type Suspension, suspensionAt } from './suspension.ts';
import { tearDown } from './teardown.ts';
import { conclude, judge } from './verdict.ts';

/** Brings the cluster to what one blueprint says. `key` is `namespace/name`. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>;

type Compiled = Extract<Compilation, { ok: true }>;

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
      if (object.metadata.deletionTimestamp !== undefined) return await finalizeBlueprint(pass);
      return await reconcileUnlessSuspended(pass);
    } catch (error) {
      return endBadly(pass, error);
    }
  };
}

async function reconcileUnlessSuspended(pass: Pass): Promise<Outcome> {
  const suspension = suspensionAt(pass.blueprint.spec, pass.deps.clock.now());
  const until = suspension.endsInMs;
  if (suspension.blueprint) {
    return { kind: 'waiting', reason: 'the blueprint is suspended', requeueAfterMs: until };
  }
  const outcome = await reconcilePass(pass, suspension);
  if (until === undefined || outcome.kind === 'failed' || outcome.kind === 'stalled') return outcome;
  return { ...outcome, requeueAfterMs: Math.min(until, outcome.requeueAfterMs ?? Infinity) };
}

async function reconcilePass(pass: Pass, suspension: Suspension): Promise<Outcome> {
  // 2. Validate and compile. A blueprint that is wrong in itself does not get as far as a key.
  const base = pass.deps.views.context();
  const first = pass.memory.compile(
    pass.blueprint,
    pass.memory.contextFor(base, pass.status?.ageRecipient, suspension.generated),
  );
  if (!first.ok) return refuse(pass, first.problems);
  const ageRecipient = await ensureAgeKey(pass);
  const compiled = pass.memory.compile(
    pass.blueprint,
    pass.memory.contextFor(base, ageRecipient, suspension.generated),
  );
  if (!compiled.ok) return refuse(pass, compiled.problems);
  const practice = await judgePractice(pass, compiled.desired);
  if (practice.refused.length > 0) return refuse(pass, practice.refused);
  pass.findings = practice.findings;
  pass.ageRecipient = ageRecipient;
  // 3. Plan.
  pass.memory.trust(compiled, pass.status?.lastAppliedDigest);
  const observation = await observe(pass, compiled.desired);
  const plan = planChanges(compiled.desired, observation);
  const report = (): ObjectReport =>
    reportObjects(
      compiled.desired,
      assessAll(pass, compiled.desired, plan),
      closedGates(compiled.desired, observation),
    );
  const { conflicts, failures: unseen } = await findConflicts(pass, plan.apply);
  if (unseen.length > 0) return failApply(pass, unseen, report());
  const foreign = conflicts.filter(({ object }) => !object.keep && object.ref.kind !== 'Namespace');
  if (foreign.length > 0) return refuseConflicts(pass, foreign);
  leaveToOthers(
    pass,
    plan,
    conflicts.map(({ object }) => object),
  );
  // 4. Store the union inventory, before anything of it exists.
  await claimBlueprint(pass);
  const placed = trackPlaced(pass, compiled.desired, plan);
  await storeUnion(pass, placed, plan, compiled.digest);
  // 5. Apply.
  const { failures } = await applyObjects(pass, plan.apply);
  if (failures.length > 0) return failApply(pass, failures, report());
  return finishPass(pass, compiled, plan, placed, report);
}

async function finishPass(
  pass: Pass,
  { digest }: Compiled,
  plan: Plan,
  placed: readonly Tracked[],
  report: () => ObjectReport,
): Promise<Outcome> {
  // 6. Prune, only when everything that is desired is there.
  const complete = [plan.held, plan.terminating, plan.deferred].every((list) => list.length === 0);
  const teardown = complete ? await tearDown(pass, plan.prune) : undefined;
  // 7. Shrink the inventory, health, status.
  const tracked = withoutIds(unionInventory(pass.tracked, placed), teardown?.gone ?? new Set());
  const objects = report();
  const verdict = judge(objects, plan, teardown);
  const lastAppliedDigest = complete ? digest : undefined;
  await writeStatus(pass, { verdict, tracked, objects, lastAppliedDigest, final: true });
  return conclude(verdict, plan, teardown);
}

async function observe(pass: Pass, desired: DesiredState): Promise<Observation> {
  const { views } = pass.deps;
  return {
    tracked: pass.tracked,
    live: (object) => liveOf(pass, object),
    applied: (id) => pass.memory.applied(id),
    digest: (object) => pass.memory.digest(object),
    served: ({ ref }) => views.serves(ref),
    foreign: await lookAtForeign(pass, desired.objects),
    satisfied: (id) => pass.memory.isSatisfied(id),
  };
}

/** The live object: from the local copies or, for kinds that are not watched, as our own last write left it. */
function liveOf(pass: Pass, { id, ref }: DesiredObject): ReturnType<typeof pass.deps.views.generated> {
  return isUnwatched(ref) ? pass.memory.stored(id) : pass.deps.views.generated(ref);
}

/** A namespace that somebody else made is as good as ours, and is not touched. */
function leaveToOthers(pass: Pass, plan: Plan, objects: readonly DesiredObject[]): void {
  const theirs = new Set(objects.map(({ id }) => id));
  for (const id of theirs) pass.memory.noteSatisfied(id);
  plan.apply = plan.apply.filter(({ object }) => !theirs.has(object.id));
}

/** What is wanted and is there or about to be, each in the wave where it stands now; not what would be left behind. */
function trackPlaced(pass: Pass, desired: DesiredState, plan: Plan): Tracked[] {
  const absent = new Set([...plan.held.map(({ object }) => object), ...plan.terminating].map(({ id }) => id));
  return desired.objects
    .filter(({ id, keep }) => !keep && !absent.has(id) && !pass.memory.isSatisfied(id))
    .map(trackDesired);
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

function assessAll(pass: Pass, desired: DesiredState, plan: Plan): ReadonlyMap<string, Health> {
  const health = new Map(desired.objects.map((object) => [object.id, assessObject(pass, object)] as const));
  for (const { object, waitsFor } of plan.held) {
    health.set(object.id, { state: 'Blocked', message: `waits for ${waitsFor.join(', ')}` });
  }
  return health;
}

function assessObject(pass: Pass, object: DesiredObject): Health {
  if (pass.memory.isSatisfied(object.id)) return { state: 'Ready' };
  return assessHealth(liveOf(pass, object));
}
