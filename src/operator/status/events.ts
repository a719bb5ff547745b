import type { Status } from '../../api/schema/status.ts';
import { type ReconcileState, Reason, isTransition } from '../../core/status/conditions.ts';
import { describeRollouts } from '../../core/status/rollout-events.ts';
import { newFindings } from '../../core/status/next-status.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import { recordEvent } from '../context/record-event.ts';

/** Records the findings that a status has and the one before had not. */
export function recordFindings(context: DeletionContext, before: Status, after: Status): void {
  const found = newFindings(before, after);
  if (found.length === 0) return;
  const note = found.join('\n');
  recordEvent(context, { type: 'Warning', reason: 'AntiPatternFound', action: 'Lint', note });
}

/** Records changes that begin to wait, that come in force after they did, and that went back. */
export function recordRollout(context: DeletionContext, before: Status, after: Status): void {
  for (const { type, reason, note } of describeRollouts(before, after))
    recordEvent(context, { type, reason, action: 'Rollout', note });
}

/** Records the state of a reconcile where it is another one than before. */
export function recordTransition(
  context: DeletionContext,
  state: ReconcileState,
  before: Status,
  after: Status,
): void {
  if (!isTransition(before.conditions ?? [], after.conditions ?? [])) return;
  const warning = state.type === 'failing' || state.type === 'stalled';
  recordEvent(context, {
    type: warning ? 'Warning' : 'Normal',
    reason: state.type === 'ready' ? Reason.Succeeded : state.reason,
    note: state.message,
  });
}
