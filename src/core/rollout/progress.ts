import type { RolloutSettings } from './settings.ts';

/** A change that is in force, as far as its progress is judged by. Times are in milliseconds since the epoch. */
export interface ChangeInForce {
  /** When its revision came in force. */
  inForceSince: number;
  /** Whether everything is ready with it. */
  settled: boolean;
  /** How long it may take, in milliseconds; undefined for ever. */
  deadlineMs: number | undefined;
  onFailure: RolloutSettings['onFailure'];
  now: number;
}

/** How a change that is in force does. */
export type Progress =
  | { state: 'settled' }
  /** `leftMs` is the time until it has failed, in milliseconds; missing where it may take for ever. */
  | { state: 'going'; leftMs?: number }
  /** `rollback` is whether the revision before comes in force again. */
  | { state: 'failed'; rollback: boolean };

/** Judges a change by its deadline. One of the future, by a clock that was set back, has all of its time left. */
export function judgeProgress({
  inForceSince,
  settled,
  deadlineMs,
  onFailure,
  now,
}: ChangeInForce): Progress {
  if (settled) return { state: 'settled' };
  if (deadlineMs === undefined) return { state: 'going' };
  const leftMs = Math.min(inForceSince + deadlineMs - now, deadlineMs);
  return leftMs > 0 ? { state: 'going', leftMs } : { state: 'failed', rollback: onFailure === 'Rollback' };
}
