/**
 * The report phase and the writing of the status. `report.ts` sums up, `write-ending.ts` is the one exit of a
 * reconcile, `write-status.ts` stores; what the status says is decided in `core/status`.
 */
import type { DesiredState } from '../../core/objects/desired.ts';
import { unionInventory, withoutIds } from '../../core/objects/inventory.ts';
import { describeRemaining } from '../../core/plan/describe-plan.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { type ReconcileState, isTrue } from '../../core/status/conditions.ts';
import { awaitSources, decideState, isComplete, requeueAfter } from '../../core/status/reconcile-state.ts';
import { findLeftBehind } from '../../core/status/left-behind.ts';
import type { Outcome } from '../../ports/outcome.ts';
import type { Ending } from '../context/ending.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { ensureLinted } from '../lint/lint-blueprint.ts';
import { UNCHANGED_MS, findChangingSource } from '../observe/changing-sources.ts';
import { reportOn } from '../observe/observe.ts';
import type { PlannedReconcile } from '../plan/plan-reconcile.ts';
import type { Pruned } from '../prune/prune.ts';

/** The report phase: lints, sums up the health of the objects, and shrinks the inventory to what is left. */
export async function reportReconcile(
  context: ReconcileContext,
  planned: PlannedReconcile,
  pruned: Pruned,
): Promise<Ending> {
  const { desired, wanted, rollout, digest, plan, placed } = planned;
  await ensureLinted(context, wanted);
  addLeftBehind(context, plan);
  const objects = reportOn(context, planned);
  const state = holdForSources(
    context,
    desired,
    decideState({ objects, plan, pruned, rollout: rollout?.report }),
  );
  const outcome = concludeOutcome(state, pruned, requeueAfter(plan, pruned));
  const report = {
    state,
    tracked: withoutIds(unionInventory(context.progress.tracked, placed), pruned.gone),
    objects,
    rollout: rollout?.report,
    digest,
    plan: describeRemaining(plan, pruned.gone, digest) ?? null,
    lastAppliedDigest: isComplete(plan) ? digest : undefined,
    final: true,
  };
  return { outcome, report, trails: outcome.kind !== 'failed' };
}

/** Adds what moves have left behind to the findings. */
function addLeftBehind({ progress }: ReconcileContext, { moves }: Plan): void {
  const found = findLeftBehind(moves);
  if (found.length > 0) progress.findings = [...(progress.findings ?? []), ...found];
}

/** Holds back readiness while a source is changing, and has the blueprint reconciled again when that should be over. */
function holdForSources(
  context: ReconcileContext,
  desired: DesiredState,
  state: ReconcileState,
): ReconcileState {
  const { progress } = context;
  const wasReady = isTrue(progress.status?.conditions ?? [], 'Ready');
  const held = awaitSources(state, wasReady, findChangingSource(context, desired));
  if (held !== state) progress.requeueWithin(UNCHANGED_MS);
  return held;
}

function concludeOutcome(
  state: ReconcileState,
  { failures: [failure] }: Pruned,
  requeueAfterMs: number | undefined,
): Outcome {
  if (failure !== undefined) return { kind: 'failed', error: failure.error };
  if (state.type === 'ready') return { kind: 'done' };
  return { kind: 'waiting', reason: state.message, requeueAfterMs };
}
