import { expect, test } from '@jest/globals';
import type { Condition } from '../../../src/api/schema/status.ts';
import {
  Reason,
  type ReconcileState,
  isTransition,
  markConditions,
} from '../../../src/core/status/conditions.ts';

const NOW = '2026-01-02T00:00:00Z';
const READY: ReconcileState = { type: 'ready', message: 'all 3 are ready' };

function types(verdict: ReconcileState): Record<string, string> {
  return Object.fromEntries(
    markConditions([], verdict, 7, NOW).map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );
}

test('ready is Ready and nothing else', () => {
  expect(types(READY)).toEqual({ Ready: 'True ReconciliationSucceeded' });
});

test('progress is Reconciling, and Ready is not known', () => {
  expect(types({ type: 'progressing', reason: Reason.Progressing, message: '' })).toEqual({
    Ready: 'Unknown Progressing',
    Reconciling: 'True Progressing',
  });
});

test('a failure that is tried again is Reconciling, one that waits to mend itself is not', () => {
  const failing = { type: 'failing', reason: Reason.ApplyFailed, message: '' } as const;
  expect(types({ ...failing, retrying: true })).toEqual({
    Ready: 'False ApplyFailed',
    Reconciling: 'True ProgressingWithRetry',
  });
  expect(types({ ...failing, retrying: false })).toEqual({ Ready: 'False ApplyFailed' });
});

test('a stall is Stalled and never Reconciling', () => {
  expect(types({ type: 'stalled', reason: Reason.InvalidBlueprint, message: '' })).toEqual({
    Ready: 'False InvalidBlueprint',
    Stalled: 'True InvalidBlueprint',
  });
});

test('every condition has the generation and the message', () => {
  expect(markConditions([], READY, 7, NOW)).toEqual([
    {
      type: 'Ready',
      status: 'True',
      observedGeneration: 7,
      lastTransitionTime: NOW,
      reason: 'ReconciliationSucceeded',
      message: 'all 3 are ready',
    },
  ]);
});

test('the transition time moves with the status and with nothing else', () => {
  const first = markConditions(
    [],
    { type: 'failing', reason: Reason.ApplyFailed, message: 'a', retrying: true },
    1,
    'T1',
  );
  const second = markConditions(
    first,
    { type: 'stalled', reason: Reason.ApplyFailed, message: 'b' },
    2,
    'T2',
  );
  expect(second.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
    ['Ready', 'T1'],
    ['Stalled', 'T2'],
  ]);
  const [third] = markConditions(second, READY, 2, 'T3');
  expect(third?.lastTransitionTime).toBe('T3');
});

test('a message of any length fits into the status, and its beginning alone is repeated', () => {
  const message = Array.from({ length: 2_000 }, (_, i) => `problem ${i}`).join('\n');
  const verdict = { type: 'stalled', reason: Reason.InvalidBlueprint, message } as const;
  const [ready, stalled] = markConditions([], verdict, 1, NOW);
  for (const [condition, most] of [
    [ready, 15_020],
    [stalled, 2_020],
  ] as const) {
    expect(condition?.message).toMatch(/^problem 0\nproblem 1\n[^…]*\n… and \d+ more$/);
    expect(condition?.message.length).toBeLessThan(most);
  }
});

test('a transition is another status or reason of Ready, or another message of a failure', () => {
  const mark = (verdict: ReconcileState): Condition[] => markConditions([], verdict, 1, NOW);
  const failed = (message: string) => mark({ type: 'stalled', reason: Reason.ApplyFailed, message });
  expect(isTransition([], mark(READY))).toBe(true);
  expect(isTransition(mark(READY), mark({ ...READY, message: 'all 4 are ready' }))).toBe(false);
  expect(isTransition(mark(READY), failed('a'))).toBe(true);
  expect(isTransition(failed('a'), failed('a'))).toBe(false);
  expect(isTransition(failed('a'), failed('b'))).toBe(true);
  expect(isTransition(failed('a'), mark({ type: 'stalled', reason: Reason.PruneFailed, message: 'a' }))).toBe(
    true,
  );
});
