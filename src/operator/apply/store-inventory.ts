import { type InventoryChange, changeInventory } from '../../core/plan/inventory-change.ts';
import { describePlan } from '../../core/plan/describe-plan.ts';
import type { StatusReport } from '../../core/status/next-status.ts';
import { describeApplying } from '../../core/status/reconcile-state.ts';
import { type ReconcileContext, digestInForce } from '../context/reconcile-context.ts';
import type { PlannedReconcile } from '../plan/plan-reconcile.ts';
import { writeStatus } from '../status/write-status.ts';
import { ensureFinalizer } from './finalizer.ts';

/**
 * The store phase: stores the finalizer and the union of the old and the new inventory, before any object of the new
 * one exists, so that nothing that was created can be forgotten.
 *
 * @param storeRevision resolves when the wanted revision is stored; what gates decided waits for that
 */
export async function storeInventory(
  context: ReconcileContext,
  planned: PlannedReconcile,
  storeRevision: () => Promise<unknown>,
): Promise<void> {
  const { plan, placed, digest, rollout } = planned;
  await ensureFinalizer(context);
  const { tracked } = context.progress;
  const change = changeInventory({ tracked, digestInForce: digestInForce(context) }, placed, plan, digest);
  const begins = isBegun(rollout);
  if (begins) await storeRevision();
  if (change === undefined && !begins) return;
  await writeStatus(context, {
    ...describeChange(change ?? { tracked, outdated: false }),
    state: describeApplying(plan),
    rollout: rollout?.report,
    plan: describePlan(plan, digest) ?? null,
    final: false,
  });
}

function describeChange({
  tracked,
  outdated,
}: InventoryChange): Pick<StatusReport, 'tracked' | 'lastAppliedDigest'> {
  return { tracked, lastAppliedDigest: outdated ? null : undefined };
}

/**
 * Whether a change begins that gates let through: it is finished also by another process, and when a gate is closed by
 * then.
 */
function isBegun(rollout: PlannedReconcile['rollout']): boolean {
  return rollout?.gated === true && rollout.changed;
}
