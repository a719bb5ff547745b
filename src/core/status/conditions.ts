import type { Condition } from '../../api/schema/status.ts';
import { truncateLines } from '../values/truncate.ts';

/** Reasons of conditions, in the words that Flux's users know. */
export const Reason = {
  Succeeded: 'ReconciliationSucceeded',
  Progressing: 'Progressing',
  ProgressingWithRetry: 'ProgressingWithRetry',
  InvalidBlueprint: 'InvalidBlueprint',
  ObjectConflict: 'ObjectConflict',
  AccountMissing: 'ServiceAccountMissing',
  ApplyFailed: 'ApplyFailed',
  PruneFailed: 'PruneFailed',
  ReconcileFailed: 'ReconciliationFailed',
  ComponentFailed: 'ComponentFailed',
  Terminating: 'Terminating',
  DeletionBlocked: 'DeletionBlocked',
} as const;

/** One of {@link Reason}. */
export type Reason = (typeof Reason)[keyof typeof Reason];

/** Where a pass ended: the only ways in which conditions can be set. */
export type ReconcileState =
  /** All is as desired and settled. */
  | { type: 'ready'; message: string }
  /** On its way, without anything wrong. */
  | { type: 'progressing'; reason: Reason; message: string }
  /** Something failed that is tried again or may mend itself. */
  | { type: 'failing'; reason: Reason; message: string; retrying: boolean }
  /** Nothing will change until somebody changes something. */
  | { type: 'stalled'; reason: Reason; message: string };

/** About the most bytes of the message of Ready, and of the condition beside it, which says the same. */
const MAX_MESSAGE_BYTES = 15_000;
const MAX_REPEATED_BYTES = 2_000;

/**
 * The conditions for a state, by the rules of kstatus: Reconciling and Stalled stand only while they are true.
 * A condition whose status stays keeps its transition time.
 */
export function markConditions(
  before: readonly Condition[],
  state: ReconcileState,
  generation: number,
  now: string,
): Condition[] {
  const set = (type: Condition['type'], status: Condition['status'], reason: string): Condition => {
    const old = before.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    const message = truncateLines(state.message, type === 'Ready' ? MAX_MESSAGE_BYTES : MAX_REPEATED_BYTES);
    return { type, status, observedGeneration: generation, lastTransitionTime, reason, message };
  };
  switch (state.type) {
    case 'ready':
      return [set('Ready', 'True', Reason.Succeeded)];
    case 'progressing':
      return [set('Ready', 'Unknown', state.reason), set('Reconciling', 'True', state.reason)];
    case 'failing':
      return state.retrying
        ? [set('Ready', 'False', state.reason), set('Reconciling', 'True', Reason.ProgressingWithRetry)]
        : [set('Ready', 'False', state.reason)];
    case 'stalled':
      return [set('Ready', 'False', state.reason), set('Stalled', 'True', state.reason)];
  }
}

/** Whether an aspect holds. */
export function isTrue(conditions: readonly Condition[], type: Condition['type']): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

/** Whether a pass brought something worth telling: another Ready status or reason, or another stall. */
export function isTransition(before: readonly Condition[], after: readonly Condition[]): boolean {
  const old = before.find(({ type }) => type === 'Ready');
  const ready = after.find(({ type }) => type === 'Ready');
  if (old?.status !== ready?.status || old?.reason !== ready?.reason) return true;
  return ready?.status === 'False' && old?.message !== ready.message;
}
