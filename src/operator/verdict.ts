import { displayName } from '../api/object.ts';
import { Reason, type Verdict } from '../core/conditions.ts';
import type { Plan } from '../core/plan.ts';
import type { ObjectReport } from '../core/status.ts';
import type { Outcome } from '../ports/outcome.ts';
import { FOREIGN_RETRY_MS } from './foreign.ts';
import { LOOK_AGAIN_MS, type Teardown } from './teardown.ts';

/** Where a pass ended that applied all it could. */
export function judge(objects: ObjectReport, plan: Plan, teardown: Teardown | undefined): Verdict {
  const failure = teardown?.failures[0];
  if (failure !== undefined) {
    const message = `${failure.object} is no longer wanted and cannot be deleted: ${failure.error.message}`;
    return { type: 'failing', reason: Reason.PruneFailed, message, retrying: true };
  }
  const { summary, cause } = objects;
  if (cause !== undefined) return judgeCause(summary.components, cause, plan);
  const [deferred] = plan.deferred;
  if (deferred !== undefined) {
    const message = `${summary.components} ready; the change waits to come to environment ${deferred.environment ?? ''}`;
    return { type: 'progressing', reason: Reason.Progressing, message };
  }
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

function judgeCause(ready: string, cause: NonNullable<ObjectReport['cause']>, plan: Plan): Verdict {
  const object = displayName(cause);
  const why = cause.message === undefined ? '' : `: ${cause.message}`;
  if (cause.state === 'Failed') {
    const message = `${ready} ready; ${object} failed${why}`;
    return { type: 'failing', reason: Reason.ComponentFailed, message, retrying: true };
  }
  const held = plan.held.find(({ object: { ref } }) => displayName(ref) === object)?.waitsFor.join(', ');
  const blocked = held === undefined ? '' : `, which waits for ${held}`;
  return {
    type: 'progressing',
    reason: Reason.Progressing,
    message: `${ready} ready; waiting for ${object}${blocked}${why}`,
  };
}

/** What follows from a verdict for the key. */
export function conclude(verdict: Verdict, plan: Plan, teardown: Teardown | undefined): Outcome {
  const failure = teardown?.failures[0];
  if (failure !== undefined) return { kind: 'failed', error: failure.error };
  if (verdict.type === 'ready') return { kind: 'done' };
  const deleting = (teardown?.waiting.length ?? 0) > 0;
  // Objects of others are not watched.
  const foreign = plan.held.some(({ object }) => object.waitsFor.length > 0);
  // A watch tells of both, unless what was applied made no difference, or what goes has lost its labels.
  const unsure = deleting || (plan.held.length > 0 && plan.apply.length > 0);
  const requeueAfterMs = foreign ? FOREIGN_RETRY_MS : unsure ? LOOK_AGAIN_MS : undefined;
  return { kind: 'waiting', reason: verdict.message, requeueAfterMs };
}
