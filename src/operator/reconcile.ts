/**
 * One reconcile of a blueprint, from top to bottom. Each phase is one function from one file; what a phase finds out it
 * returns, and the next phases take it as an argument. What decides is in `src/core`. The one exit, which writes the
 * status on every path, is `status/write-ending.ts`; a deletion is `finalize.ts`.
 */
import { parseKey } from '../core/objects/ownership.ts';
import { suspensionAt } from '../core/plan/suspension.ts';
import { asClusterError } from '../ports/cluster.ts';
import type { Outcome } from '../ports/outcome.ts';
import { applyPlan } from './apply/apply.ts';
import { recoverInventory } from './apply/recover-inventory.ts';
import { requestReconciles } from './apply/request-reconciles.ts';
import { storeInventory } from './apply/store-inventory.ts';
import { compileBlueprint } from './compile/compile-blueprint.ts';
import { BlueprintMemories } from './memory/blueprint-memories.ts';
import { beginRevision, endRevisions } from './rollout/keep-revisions.ts';
import { rollOut } from './rollout/roll-out.ts';
import { isHeavy } from './bounds/heaviness.ts';
import { HeavyGate } from './bounds/heavy-gate.ts';
import type { ReconcileDependencies } from './context/dependencies.ts';
import type { Ending } from './context/ending.ts';
import type { DeletionContext, ReconcileContext } from './context/reconcile-context.ts';
import { finalizeBlueprint, finalizeLost } from './finalize.ts';
import { loadBlueprint, loadLost } from './load.ts';
import { planReconcile } from './plan/plan-reconcile.ts';
import { findMoving } from './moves/find-moving.ts';
import { finishMoves } from './moves/finish.ts';
import { releaseMoving } from './moves/release.ts';
import { pruneOrRelease } from './moves/prune-or-release.ts';
import { joinPruned } from './prune/prune.ts';
import { recordMetrics } from './status/record-metrics.ts';
import { reportReconcile } from './status/report.ts';
import { writeEnding } from './status/write-ending.ts';

/** Brings the cluster to what one blueprint says. `key` is `namespace/name`. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>;

/** Makes the reconcile function; what this process remembers of blueprints lives in it. */
export function createReconcile(deps: ReconcileDependencies): Reconcile {
  const memories = new BlueprintMemories();
  const gate = new HeavyGate();
  return async (key, signal) => {
    const { namespace, name } = parseKey(key);
    const cached = deps.cache.blueprint(namespace, name);
    const heavy = cached !== undefined && isHeavy(cached, memories.of(key).weighed);
    if (heavy && !gate.enter(key))
      return {
        kind: 'waiting',
        reason: 'another large blueprint is reconciled',
        requeueAfterMs: gate.pauseOf(key),
      };
    try {
      return await reconcileOne(deps, memories, key, signal);
    } catch (error) {
      return { kind: 'failed', error: asClusterError(error) };
    } finally {
      gate.leave(key);
    }
  };
}

async function reconcileOne(
  deps: ReconcileDependencies,
  memories: BlueprintMemories,
  key: string,
  signal: AbortSignal,
): Promise<Outcome> {
  // Before anything else: what a blueprint of this name left behind, which the API server let go too early.
  const lost = await loadLost(deps, memories, key, signal);
  if (lost !== undefined) return reconcileLost(lost);

  // 1. Load: the blueprint from the cache, and what is remembered of it.
  const context = await loadBlueprint(deps, memories, key, signal);
  if (context === undefined) return { kind: 'done' };
  const { metadata } = context.blueprint;
  const deleting = metadata.deletionTimestamp !== undefined;
  try {
    return await writeEnding(context, () =>
      deleting ? finalizeBlueprint(context) : reconcileBlueprint(context),
    );
  } finally {
    context.memory.apart.finish();
    context.memory.revisions.finish();
    if (deleting) dropApart(context);
    memories.use(context.memory);
    recordMetrics(context);
  }
}

/** Drops what waits to be taken of compilations in another process. */
function dropApart({ memory }: ReconcileContext): void {
  memory.apart.drop();
  memory.revisions.drop();
}

/**
 * How soon the rest of a lost blueprint is looked at again, in milliseconds. No watch wakes a blueprint that is gone.
 */
const LOST_RETRY_MS = 2_000;

async function reconcileLost(context: DeletionContext): Promise<Outcome> {
  const outcome = await finalizeLost(context);
  if (outcome.kind === 'waiting') return { ...outcome, requeueAfterMs: LOST_RETRY_MS };
  if (outcome.kind !== 'done') return outcome;
  context.deps.cache.forgetLost(context.key);
  // A new one may have the name, or the blueprint is to be forgotten.
  return { ...outcome, requeueAfterMs: 0 };
}

async function reconcileBlueprint(context: ReconcileContext): Promise<Ending> {
  const { blueprint, deps, progress } = context;

  // 2. Suspend: leave the blueprint alone until its suspension ends.
  const suspension = suspensionAt(blueprint.spec, deps.clock.now());
  if (suspension.recheckInMs !== undefined) progress.requeueWithin(suspension.recheckInMs);
  if (suspension.blueprint) {
    dropApart(context);
    return { outcome: { kind: 'waiting', reason: 'the blueprint is suspended' } };
  }

  // 3. Compile: from the spec to the desired state, or to the problems that refuse it.
  const compiled = await compileBlueprint(context, suspension.generated);
  if (!compiled.ok) return compiled.ending;

  // 4. Recover: the inventory of a blueprint that was restored without its status.
  await recoverInventory(context, compiled.value.desired);

  // 5. Move: find what only gets another place. A HelmRelease that does takes its release along.
  const moving = await findMoving(context, compiled.value, suspension.generated);
  if (!moving.ok) return moving.ending;
  const { compilation, moves, moved } = moving.value;

  // 6. Roll out: decide which revision is in force where, and with that what is desired now.
  const { ageRecipient } = progress;
  const compiling = { suspended: suspension.generated, ageRecipient: ageRecipient ?? undefined, moved };
  const rolledOut = await rollOut(context, compilation, compiling);
  if (!rolledOut.ok) return rolledOut.ending;

  // 7. Plan: compare what is desired with what exists. Nothing is applied before this.
  const planned = await planReconcile(context, rolledOut.value, moves);
  if (!planned.ok) return planned.ending;

  // 8. Store: the finalizer and the union of both inventories, before any new object exists; the revision where gates
  // decide.
  const stored = beginRevision(context, planned.value.rollout);
  await storeInventory(context, planned.value, stored);

  // 9. Release: what another one takes the place of, before that is applied.
  const released = await releaseMoving(context, planned.value.plan);

  // 10. Apply: wave by wave.
  const applied = await applyPlan(context, planned.value);
  if (!applied.ok) return applied.ending;

  // 11. Prune: in reverse order, what is planned to go now that everything desired is there.
  const finished = await finishMoves(context, planned.value.plan);
  const pruned = joinPruned(released, finished, await pruneOrRelease(context, planned.value.plan.prune));

  // 12. Request: have Flux reconcile at once what waits without need.
  await requestReconciles(context, planned.value.desired);

  // 13. Tidy: where revisions are in force, and those that are kept no longer.
  await endRevisions(context, planned.value.rollout, stored);

  // 14. Report: lint, health, and the inventory of what is left.
  return reportReconcile(context, planned.value, pruned);
}
