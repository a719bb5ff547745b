import type { DesiredObject } from '../../core/objects/desired.ts';
import type { Conflict } from '../../core/plan/existing.ts';
import type { ReconcileState } from '../../core/status/conditions.ts';
import type { ReportedObjects } from '../../core/status/next-status.ts';
import { describeConflicts, describeInvalid, describeRefusals } from '../../core/status/refusals.ts';
import { type Problem, countProblems } from '../../core/validation/problem.ts';
import type { ClusterError } from '../../ports/cluster.ts';
import type { Outcome } from '../../ports/outcome.ts';
import type { Ending } from './ending.ts';
import type { DeletionContext } from './reconcile-context.ts';

/** How soon a conflict is looked at again, in milliseconds: objects that are not ours are not watched. */
const CONFLICT_RETRY_MS = 60_000;

/** An object that could not be read or applied. */
export interface Failure {
  object: DesiredObject;
  error: ClusterError;
}

/** Ends a reconcile with a state, and leaves the inventory as it is. */
export function endInState(
  { progress }: Pick<DeletionContext, 'progress'>,
  state: ReconcileState,
  outcome: Outcome,
): Ending {
  return { outcome, report: { state, tracked: progress.tracked, final: true } };
}

/** Refuses a blueprint that is wrong: nothing is written but the reason, and what runs keeps running. */
export function refuse(context: DeletionContext, problems: readonly Problem[]): Ending {
  const outcome: Outcome = { kind: 'stalled', reason: countProblems(problems) };
  return endInState(context, describeInvalid(problems), outcome);
}

/** Refuses a blueprint because of objects that are not its own. */
export function refuseConflicts(context: DeletionContext, conflicts: readonly Conflict[]): Ending {
  const state = describeConflicts(conflicts);
  return endInState(context, state, {
    kind: 'waiting',
    reason: state.message,
    requeueAfterMs: CONFLICT_RETRY_MS,
  });
}

/** Ends a reconcile in which something could not be applied; it is tried again. */
export function failApply(
  { progress }: DeletionContext,
  failures: readonly Failure[],
  objects: ReportedObjects,
): Ending {
  const state = describeRefusals(failures);
  return {
    outcome: { kind: 'failed', error: failures[0]?.error ?? new Error(state.message) },
    report: { state, tracked: progress.tracked, objects, final: true },
  };
}
