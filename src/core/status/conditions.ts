import type { Condition } from '../../api/schema/status.ts';
import { truncateLines } from '../values/truncate.ts';

/** The reasons of conditions. Those that Flux has too carry Flux's names. */
export const Reason = {
  Succeeded: 'ReconciliationSucceeded',
  Progressing: 'Progressing',
  ProgressingWithRetry: 'ProgressingWithRetry',
  InvalidBlueprint: 'InvalidBlueprint',
  TooExpensive: 'TooExpensive',
  ObjectConflict: 'ObjectConflict',
  AccountMissing: 'ServiceAccountMissing',
  ApplyFailed: 'ApplyFailed',
  PruneFailed: 'PruneFailed',
  ReconcileFailed: 'ReconciliationFailed',
  ComponentFailed: 'ComponentFailed',
  Waiting: 'Waiting',
  Terminating: 'Terminating',
  DeletionBlocked: 'DeletionBlocked',
} as const;

/** One of {@link Reason}. */
export type Reason = (typeof Reason)[keyof typeof Reason];

/** The result of a reconcile. Conditions are set from it and in no other way. */
export type ReconcileState =
  /** All objects are as desired and settled. */
  | { type: 'ready'; message: string }
  /** Work goes on and nothing failed. */
  | { type: 'progressing'; reason: Reason; message: string }
  /** Nothing is installed until a person or a time allows it. */
  | { type: 'waiting'; reason: Reason; message: string }
  /** Something failed that the operator retries (`retrying`) or that may recover by itself. */
  | { type: 'failing'; reason: Reason; message: string; retrying: boolean }
  /** Nothing changes until someone changes the blueprint or the cluster. */
  | { type: 'stalled'; reason: Reason; message: string };

/** About the longest message of the condition Ready, in bytes. */
const MAX_MESSAGE_BYTES = 15_000;
/** About the longest message of the condition beside Ready, which repeats it, in bytes. */
const MAX_REPEATED_BYTES = 2_000;

/**
 * Builds the conditions for a state by the rules of kstatus: Reconciling and Stalled are present only while they are
 * true. A condition whose status does not change keeps its transition time from `before`. `now` is RFC 3339.
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
    case 'waiting':
      return [set('Ready', 'Unknown', state.reason)];
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

/** Whether the condition of a type is true. */
export function isTrue(conditions: readonly Condition[], type: Condition['type']): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

/**
 * Whether conditions changed enough for an event: Ready has another status or reason, or it is false with another
 * message.
 */
export function isTransition(before: readonly Condition[], after: readonly Condition[]): boolean {
  const old = before.find(({ type }) => type === 'Ready');
  const ready = after.find(({ type }) => type === 'Ready');
  if (old?.status !== ready?.status || old?.reason !== ready?.reason) return true;
  return ready?.status === 'False' && old?.message !== ready.message;
}
