import { MAX_OBJECTS } from '../api/names.ts';
import { Reason } from '../core/status/conditions.ts';
import type { DesiredObject, DesiredState } from '../core/objects/desired.ts';
import { type Tracked, trackDesired, unionInventory, withoutIds } from '../core/objects/inventory.ts';
import { parseKey } from '../core/objects/ownership.ts';
import { type Plan, planChanges } from '../core/plan/plan.ts';
import { describePlan, describeRemaining } from '../core/plan/describe-plan.ts';
import type { Problem } from '../core/validation/problem.ts';
import type { ObjectReport } from '../core/status/object-report.ts';
import type { Outcome } from '../ports/outcome.ts';
import { findMissingAccount, refuseMissingAccount } from './service-account.ts';
import { ensureAgeKey } from './apply/age-key.ts';
import { applyObjects, findConflicts } from './apply/apply.ts';
import { claimBlueprint } from './apply/finalizer.ts';
import { finalizeBlueprint } from './finalize.ts';
import { isEnforced, judgePractice } from './lint/lint-blueprint.ts';
import { tellMetrics } from './status/record-metrics.ts';
import { BlueprintMemory, type Compilation } from './context/blueprint-memory.ts';
import { nudgeObjects } from './apply/request-reconciles.ts';
import { observe, reportOn } from './observe/observe.ts';
import { type Pass, beginPass, wakeAfter } from './context/reconcile-context.ts';
import type { ReconcileDependencies } from './context/dependencies.ts';
import { endBadly, failApply, refuse, refuseConflicts } from './status/refuse.ts';
import { writeStatus } from './status/write-status.ts';
import { awaitSources } from './status/await-sources.ts';
import { type Suspension, suspensionAt } from '../core/plan/suspension.ts';
import { Retention } from './context/retention.ts';
import { takeUpObjects } from './apply/recover-inventory.ts';
import { tearDown } from './prune/prune.ts';
import { conclude, judge } from './status/verdict.ts';

/** Brings the cluster to what one blueprint says. `key` is `namespace/name`. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>;

/** The most objects that are kept compiled, of all blueprints together: those of two of the largest. */
const MAX_COMPILED = 2 * MAX_OBJECTS;

/** How soon a kind is asked for again that the API server does not serve, in milliseconds. */
const UNSERVED_RETRY_MS = 5_000;

type Compiled = Extract<Compilation, { ok: true }>;

/** Makes the reconcile function; what it remembers of blueprints lives in it. */
export function createReconcile(deps: ReconcileDependencies): Reconcile {
  const memories = new Map<string, BlueprintMemory>();
  const retention = new Retention(MAX_COMPILED);
  return async (key, signal) => {
    const { namespace, name } = parseKey(key);
    // 1. Load.
    const object = deps.cache.blueprint(namespace, name);
    if (object === undefined) {
      const gone = memories.get(key);
      if (gone !== undefined) retention.forget(gone);
      memories.delete(key);
      deps.metrics?.forgetBlueprint(key);
      deps.cache.follow(key, []);
      return { kind: 'done' };
    }
    const memory = memories.get(key) ?? new BlueprintMemory();
    memories.set(key, memory);
    const pass = beginPass(deps, object, memory, signal);
    try {
      if (object.metadata.deletionTimestamp !== undefined) {
        await takeUpObjects(pass);
        return endInTime(pass, await finalizeBlueprint(pass));
      }
      return endInTime(pass, await reconcileUnlessSuspended(pass));
    } catch (error) {
      return await endBadly(pass, error);
    } finally {
      retention.use(memory, memory.size);
      tellMetrics(key, pass);
    }
  };
}

function reconcileUnlessSuspended(pass: Pass): Promise<Outcome> {
  const suspension = suspensionAt(pass.blueprint.spec, pass.deps.clock.now());
  if (suspension.recheckInMs !== undefined) wakeAfter(pass, suspension.recheckInMs);
  return suspension.blueprint
    ? Promise.resolve({ kind: 'waiting', reason: 'the blueprint is suspended' })
    : reconcilePass(pass, suspension);
}

function endInTime({ wakeAfterMs, trailing }: Pass, outcome: Outcome): Outcome {
  if (outcome.kind === 'failed') return outcome;
  if (outcome.kind === 'stalled')
    return wakeAfterMs === Infinity
      ? outcome
      : { ...outcome, kind: 'waiting', requeueAfterMs: wakeAfterMs, trailing };
  const { requeueAfterMs = Infinity } = outcome;
  const soonest = Math.min(wakeAfterMs, requeueAfterMs);
  return { ...outcome, requeueAfterMs: soonest === Infinity ? undefined : soonest, trailing };
}

async function reconcilePass(pass: Pass, { generated }: Suspension): Promise<Outcome> {
  await takeUpObjects(pass);
  // 2. Validate and compile. A blueprint that is wrong in itself does not get as far as a key.
  const compileFor = (recipient: string | undefined): Compilation => {
    const context = pass.memory.contextFor(
      pass.deps.cache.context(),
      pass.deps.settings,
      recipient,
      generated,
    );
    return pass.memory.compile(pass.blueprint, context);
  };
  const first = compileFor(pass.status?.ageRecipient);
  if (!first.ok) return refuse(pass, first.problems);
  const missing = await findMissingAccount(pass);
  if (missing !== undefined) return refuseMissingAccount(pass, missing);
  const refused = isEnforced(pass) ? await judgeBefore(pass, first.desired) : [];
  if (refused.length > 0) return refuse(pass, refused);
  const recipient = await ensureAgeKey(pass);
  pass.ageRecipient = recipient ?? null;
  const compiled = compileFor(recipient);
  return compiled.ok ? bringAbout(pass, compiled) : refuse(pass, compiled.problems);
}

/** What bad practice the blueprint is refused for. */
async function judgeBefore(pass: Pass, desired: DesiredState): Promise<readonly Problem[]> {
  const { findings, refused } = await judgePractice(pass, desired);
  pass.findings = findings;
  return refused;
}

/** Where bad practice refuses nothing, nobody waits for it to be looked for. */
async function judgeAfter(pass: Pass, desired: DesiredState): Promise<void> {
  pass.findings ??= (await judgePractice(pass, desired)).findings;
}

/** The digest of what was applied in full, where the status speaks of the present generation. */
function digestInForce({ status, blueprint }: Pass): string | undefined {
  return status?.observedGeneration === blueprint.metadata.generation ? status?.lastAppliedDigest : undefined;
}

async function bringAbout(pass: Pass, compiled: Compiled): Promise<Outcome> {
  // 3. Plan.
  pass.memory.trust(compiled, digestInForce(pass));
  const plan = planChanges(compiled.desired, await observe(pass, compiled.desired));
  const report = (): ObjectReport => reportOn(pass, compiled.desired, plan);
  const { conflicts, failures: unseen, unserved, absent } = await findConflicts(pass, plan.apply);
  if (unseen.length > 0) return failApply(pass, unseen, report());
  const foreign = conflicts.filter(({ object }) => object.ref.kind !== 'Namespace');
  if (foreign.length > 0) return refuseConflicts(pass, foreign);
  leaveOut(pass, plan, conflicts, unserved);
  pass.tally.skipped = compiled.desired.objects.length - countPending(plan);
  // 4. Store the union inventory, before anything of it exists.
  await claimBlueprint(pass);
  const placed = trackPlaced(pass, compiled.desired, plan);
  await storeUnion(pass, placed, plan, compiled.digest);
  // 5. Apply.
  const { failures } = await applyObjects(pass, plan.apply, absent);
  if (failures.length > 0) {
    await judgeAfter(pass, compiled.desired);
    return failApply(pass, failures, report());
  }
  return finishPass(pass, compiled, plan, placed, report);
}

async function finishPass(
  pass: Pass,
  { desired, digest }: Compiled,
  plan: Plan,
  placed: readonly Tracked[],
  report: () => ObjectReport,
): Promise<Outcome> {
  // 6. Prune what may go now: that is planned only where everything that is desired is there.
  const teardown = await tearDown(pass, plan.prune);
  // 7. Have Flux look at once at what waits without need.
  await nudgeObjects(pass, desired);
  // 8. Shrink the inventory, health, practice, status.
  await judgeAfter(pass, desired);
  const tracked = withoutIds(unionInventory(pass.tracked, placed), teardown.gone);
  const objects = report();
  const verdict = awaitSources(pass, desired, judge(objects, plan, teardown));
  const complete = [plan.blocked, plan.terminating, plan.awaitingPromotion].every(
    (list) => list.length === 0,
  );
  const lastAppliedDigest = complete ? digest : undefined;
  const rest = describeRemaining(plan, teardown.gone, digest) ?? null;
  const outcome = conclude(verdict, plan, teardown);
  const trails = outcome.kind !== 'failed';
  const ending = { tracked, objects, digest, plan: rest, lastAppliedDigest };
  await writeStatus(pass, { verdict, ...ending, final: true, trails });
  return outcome;
}

/** Takes out of what is applied the namespaces of others, which are as good as ours, and what nobody would take. */
function leaveOut(
  pass: Pass,
  plan: Plan,
  theirs: readonly { object: DesiredObject }[],
  unserved: readonly DesiredObject[],
): void {
  const at = pass.deps.clock.monotonic();
  for (const { object } of theirs) pass.memory.noteSeen(object.id, { live: undefined, theirs: true, at });
  const ids = new Set([...theirs.map(({ object }) => object), ...unserved].map(({ id }) => id));
  plan.apply = plan.apply.filter(({ object }) => !ids.has(object.id));
  // Where discovery lists the kind all the same, nothing tells when it is served.
  if (unserved.length > 0) wakeAfter(pass, UNSERVED_RETRY_MS);
  for (const object of unserved)
    plan.blocked.push({ object, waitsFor: [`the CRD of ${object.ref.kind} (${object.ref.apiVersion})`] });
}

/** How many objects are not as desired. */
function countPending({ apply, blocked, terminating }: Plan): number {
  return apply.length + blocked.length + terminating.length;
}

/** What is wanted and is there or about to be, each in the wave where it stands now; not what would be left behind. */
function trackPlaced(pass: Pass, desired: DesiredState, plan: Plan): Tracked[] {
  const absent = new Set(
    [...plan.blocked.map(({ object }) => object), ...plan.terminating].map(({ id }) => id),
  );
  return desired.objects
    .filter(({ id, keep }) => !keep && !absent.has(id) && !pass.memory.isSatisfied(id))
    .map(trackDesired);
}

async function storeUnion(pass: Pass, placed: readonly Tracked[], plan: Plan, digest: string): Promise<void> {
  const known = new Set(pass.tracked.map(({ id }) => id));
  const last = digestInForce(pass);
  // From the first write on, what was applied last is no longer applied in full. With a new generation the status does
  // not speak of what is wanted now in any case.
  const outdated = plan.apply.length > 0 && last !== undefined && last !== digest;
  if (!outdated && placed.every(({ id }) => known.has(id))) return;
  await writeStatus(pass, {
    verdict: {
      type: 'progressing',
      reason: Reason.Progressing,
      message: `applying ${plan.apply.length} objects`,
    },
    tracked: unionInventory(pass.tracked, placed),
    plan: describePlan(plan, digest) ?? null,
    lastAppliedDigest: outdated ? null : undefined,
    final: false,
  });
}
