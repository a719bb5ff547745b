import { displayName } from '../../api/object.ts';
import { Reason, type Verdict } from '../../core/status/conditions.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { ObjectReport } from '../../core/status/object-report.ts';
import type { Outcome } from '../../ports/outcome.ts';
import { LOOK_SOON_MS, type Teardown } from '../prune/prune.ts';

/** Where a pass ended that applied all it could. */
export function judge(objects: ObjectReport, plan: Plan, teardown: Teardown): Verdict {
  const [failure] = teardown.failures;
  if (failure !== undefined) {
    const message = `${failure.object} is no longer wanted and cannot be deleted: ${failure.error.message}`;
    return { type: 'failing', reason: Reason.PruneFailed, message, retrying: true };
  }
  const { summary, cause } = objects;
  if (cause !== undefined) return judgeCause(summary.components, cause, plan);
  const [gate] = plan.closedPromotions;
  if (gate !== undefined && plan.awaitingPromotion.length + plan.keptForNow.length > 0) {
    const [later, earlier] = gate;
    const message = `${summary.components} ready; the change comes to environment ${later} when ${earlier} is ready with it`;
    return { type: 'progressing', reason: Reason.Progressing, message };
  }
  if (teardown.waiting.length > 0) {
    return {
      type: 'progressing',
      reason: Reason.Progressing,
      message: `deleting: ${teardown.waiting.join('; ')}`,
    };
  }
  const suspended = summary.suspended === 0 ? '' : `, ${summary.suspended} suspended`;
  return { type: 'ready', message: `${summary.components} ready${suspended}` };
}

function judgeCause(ready: string, cause: NonNullable<ObjectReport['cause']>, plan: Plan): Verdict {
  const object = displayName(cause);
  const why = cause.message === undefined ? '' : `: ${cause.message}`;
  if (cause.state === 'Failed') {
    const message = `${ready} ready; ${object} failed${why}`;
    return { type: 'failing', reason: Reason.ComponentFailed, message, retrying: true };
  }
  const held = plan.blocked.find(({ object: { ref } }) => displayName(ref) === object)?.waitsFor.join(', ');
  const waits = held === undefined ? why : `, which waits for ${held}`;
  return {
    type: 'progressing',
    reason: Reason.Progressing,
    message: `${ready} ready; waiting for ${object}${waits}`,
  };
}

/** What follows from a verdict for the key. */
export function conclude(verdict: Verdict, plan: Plan, teardown: Teardown): Outcome {
  const [failure] = teardown.failures;
  if (failure !== undefined) return { kind: 'failed', error: failure.error };
  if (verdict.type === 'ready') return { kind: 'done' };
  return { kind: 'waiting', reason: verdict.message, requeueAfterMs: nextLook(plan, teardown) };
}

/** How soon to look again, should no watch tell: what was applied may have made no difference, what goes has no labels. */
function nextLook(plan: Plan, teardown: Teardown): number | undefined {
  const waiting = plan.blocked.length + plan.awaitingPromotion.length + plan.keptForNow.length;
  if (waiting > 0 && plan.apply.length + teardown.gone.size > 0) return LOOK_SOON_MS;
  return teardown.waiting.length > 0 ? teardown.lookAgainMs : undefined;
}
