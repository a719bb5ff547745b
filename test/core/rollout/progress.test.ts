import { expect, test } from '@jest/globals';
import { type ChangeInForce, judgeProgress } from '../../../src/core/rollout/progress.ts';

const NOW = Date.parse('2027-01-01T00:00:00Z');

function changeOf(parts: Partial<ChangeInForce>): ChangeInForce {
  return {
    inForceSince: NOW - 60_000,
    settled: false,
    deadlineMs: 90_000,
    onFailure: 'Wait',
    now: NOW,
    ...parts,
  };
}

test.each<[string, Partial<ChangeInForce>, ReturnType<typeof judgeProgress>]>([
  ['all is ready', { settled: true }, { state: 'settled' }],
  ['all is ready, after its time', { settled: true, deadlineMs: 1 }, { state: 'settled' }],
  ['something is not ready yet', {}, { state: 'going', leftMs: 30_000 }],
  ['it may take for ever', { deadlineMs: undefined }, { state: 'going' }],
  ['its time is just over', { deadlineMs: 60_000 }, { state: 'failed', rollback: false }],
  [
    'its time is over, and it goes back',
    { deadlineMs: 1, onFailure: 'Rollback' },
    { state: 'failed', rollback: true },
  ],
  ['the clock was set back by a day', { inForceSince: NOW + 86_400_000 }, { state: 'going', leftMs: 90_000 }],
])('where %s, a change is judged so', (_, parts, expected) => {
  expect(judgeProgress(changeOf(parts))).toEqual(expected);
});
