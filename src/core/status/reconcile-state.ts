import { type ObjectRef, displayName } from '../../api/object.ts';
import { refOfTracked } from '../objects/inventory.ts';
import type { Plan } from '../plan/plan.ts';
import type { PruneProgress } from '../plan/prune-progress.ts';
import { Reason, type ReconcileState } from './conditions.ts';
import { joinFirst } from '../values/suggest.ts';
import type { ObjectReport } from './object-report.ts';
import { type RolloutReport, describeWaits, isUninstalled, waitsForProgress } from './rollout-report.ts';

/** The most objects that a message names. */
const MAX_NAMED = 20;

/** What a reconcile did, and how it left the objects. */
export interface Applied {
  objects: ObjectReport;
  plan: Plan;
  pruned: PruneProgress;
  /** Undefined where nobody can see revisions, so that none is in force. */
  rollout: RolloutReport | undefined;
}

/** Decides the state of a reconcile that applied all it could. */
export function decideState({ objects, plan, pruned, rollout }: Applied): ReconcileState {
  const [failure] = pruned.failures;
  if (failure !== undefined) {
    const message = `${failure.object} is no longer wanted and cannot be ${failure.step ?? 'deleted'}: ${failure.error.message}`;
    return { type: 'failing', reason: Reason.PruneFailed, message, retrying: true };
  }
  const { summary, cause } = objects;
  if (cause !== undefined) return describeCause(summary.components, cause, plan);
  if (pruned.waiting.length > 0)
    return progressing(`deleting: ${joinFirst(pruned.waiting, MAX_NAMED, '; ')}`);
  const suspended = summary.suspended === 0 ? '' : `, ${summary.suspended} suspended`;
  const ready = `${summary.components} ready${suspended}`;
  const moves = describeMoves(plan, pruned);
  if (moves !== undefined && !moves.stay) return progressing(`${ready}; ${moves.message}`);
  return addWaits(moves === undefined ? ready : `${ready}; ${moves.message}`, rollout);
}

/**
 * Says what moves, and whether all of that stays until somebody does something; undefined where nothing moves. A
 * blueprint is as ready with what stays as without.
 */
function describeMoves(
  { moves }: Plan,
  { gone }: PruneProgress,
): { message: string; stay: boolean } | undefined {
  const left = moves.filter(({ tracked }) => !gone.has(tracked.id));
  if (left.length === 0) return undefined;
  const going = left.filter(({ phase }) => phase.type !== 'left-behind' && phase.type !== 'unsafe');
  const told = (going.length === 0 ? left : going).map(
    ({ tracked, phase }) =>
      `${displayName(refOfTracked(tracked))} ${'why' in phase ? phase.why : 'has moved and is deleted'}`,
  );
  return { message: joinFirst(told, MAX_NAMED, '; '), stay: going.length === 0 };
}

/**
 * A change that waits for a person or a time leaves a blueprint as ready as it is: a Kustomization of Flux that waits
 * for it would time out. Nothing is ready of what was never installed.
 */
function addWaits(ready: string, rollout: RolloutReport | undefined): ReconcileState {
  const waits = rollout === undefined ? undefined : describeWaits(rollout);
  if (rollout === undefined || waits === undefined) return { type: 'ready', message: ready };
  const message = `${ready}; ${waits}`;
  if (waitsForProgress(rollout)) return progressing(message);
  if (isUninstalled(rollout)) return { type: 'waiting', reason: Reason.Waiting, message };
  return { type: 'ready', message };
}

function describeCause(
  ready: string,
  cause: NonNullable<ObjectReport['cause']>,
  { blocked }: Plan,
): ReconcileState {
  const object = displayName(cause);
  const why = cause.message === undefined ? '' : `: ${cause.message}`;
  if (cause.state === 'Failed') {
    const message = `${ready} ready; ${object} failed${why}`;
    return { type: 'failing', reason: Reason.ComponentFailed, message, retrying: true };
  }
  const needed = blocked.find(({ object: { ref } }) => displayName(ref) === object)?.waitsFor.join(', ');
  const waits = needed === undefined ? why : `, which waits for ${needed}`;
  return progressing(`${ready} ready; waiting for ${object}${waits}`);
}

/**
 * Keeps a blueprint from becoming ready while one of its sources is still changing: source-controller reports that it
 * is ready in one write and what it fetched in the next, and between the two everything seems to be done.
 *
 * @param wasReady whether the blueprint is ready already; it stays so
 * @param changing the source that has just changed; undefined where none has
 */
export function awaitSources(
  state: ReconcileState,
  wasReady: boolean,
  changing: ObjectRef | undefined,
): ReconcileState {
  if (state.type !== 'ready' || wasReady || changing === undefined) return state;
  return progressing(`${state.message}; ${displayName(changing)} has changed just now`);
}

/** The state while the objects of an applied plan are being written. */
export function describeApplying({ apply }: Pick<Plan, 'apply'>): ReconcileState {
  return progressing(`applying ${apply.length} objects`);
}

/** Decides the state of a deletion that is not over, with the number of objects that are left. */
export function decideDeletionState({ failures, waiting }: PruneProgress, left: number): ReconcileState {
  const blockers = failures.map(({ object, error }) => `${object} cannot be deleted: ${error.message}`);
  if (blockers.length > 0) return blockedDeletion(left, joinFirst(blockers, MAX_NAMED, '; '));
  const message = `deleting in reverse order, ${left} objects are left: ${joinFirst(waiting, MAX_NAMED, '; ')}`;
  return { type: 'progressing', reason: Reason.Terminating, message };
}

/** The state of a deletion that cannot go on by itself. */
export function blockedDeletion(left: number, why: string): ReconcileState {
  const message = `deletion is blocked, ${left} objects are left: ${why}`;
  return { type: 'failing', reason: Reason.DeletionBlocked, message, retrying: true };
}

function progressing(message: string): ReconcileState {
  return { type: 'progressing', reason: Reason.Progressing, message };
}

/** How soon the next step is taken that an apply or a deletion may have made possible, in milliseconds. */
export const NEXT_STEP_MS = 1_000;

/**
 * How soon to reconcile again, in milliseconds, where no watch would cause it: an apply may have changed nothing, and
 * an object that is being deleted may carry no labels. Undefined where the watches suffice.
 */
export function requeueAfter(plan: Plan, pruned: PruneProgress): number | undefined {
  const waiting = plan.blocked.length + plan.keptForNow.length;
  if (waiting > 0 && plan.apply.length + pruned.gone.size > 0) return NEXT_STEP_MS;
  return pruned.waiting.length > 0 ? pruned.requeueAfterMs : undefined;
}

/** Whether everything is as desired, so that the digest of the plan is in force. */
export function isComplete({ blocked, terminating }: Plan): boolean {
  return blocked.length + terminating.length === 0;
}
