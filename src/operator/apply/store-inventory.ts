import { changeInventory } from '../../core/plan/inventory-change.ts';
import { describePlan } from '../../core/plan/describe-plan.ts';
import { describeApplying } from '../../core/status/reconcile-state.ts';
import { type ReconcileContext, digestInForce } from '../context/reconcile-context.ts';
import type { PlannedReconcile } from '../plan/plan-reconcile.ts';
import { writeStatus } from '../status/write-status.ts';
import { ensureFinalizer } from './finalizer.ts';

/**
 * The store phase: stores the finalizer and the union of the old and the new inventory, before any object of the new
 * one exists, so that nothing that was created can be forgotten.
 */
export async function storeInventory(context: ReconcileContext, planned: PlannedReconcile): Promise<void> {
  const { plan, placed, digest } = planned;
  await ensureFinalizer(context);
  const before = { tracked: context.progress.tracked, digestInForce: digestInForce(context) };
  const change = changeInventory(before, placed, plan, digest);
  if (change === undefined) return;
  await writeStatus(context, {
    state: describeApplying(plan),
    tracked: change.tracked,
    plan: describePlan(plan, digest) ?? null,
    lastAppliedDigest: change.outdated ? null : undefined,
    final: false,
  });
}
