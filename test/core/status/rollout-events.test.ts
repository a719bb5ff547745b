import { expect, test } from '@jest/globals';
import type { RolloutStatus, Status } from '../../../src/api/schema/status.ts';
import { describeRollouts } from '../../../src/core/status/rollout-events.ts';

const [OLD, NEW]: [RolloutStatus, RolloutStatus] = [
  { revision: 1, inForce: { digest: 'one' } },
  { revision: 2, inForce: { digest: 'two' } },
];
const waits = (gate: 'After' | 'Approval'): RolloutStatus => ({
  ...OLD,
  waitsFor: { gate, message: `the gate ${gate}`, since: '2026-12-01T10:00:00Z' },
});

function inProduction(stage: RolloutStatus): Status {
  return { environments: [{ name: 'production', state: 'Ready', ready: 1, total: 1, ...stage }] };
}

test('a change that nothing kept back is no event', () => {
  expect(describeRollouts({ ...OLD }, { ...NEW })).toEqual([]);
  expect(describeRollouts({}, { ...NEW })).toEqual([]);
});

test('a change that waits is told of once at each gate, and when it comes in force', () => {
  const [before, after] = [inProduction(waits('After')), inProduction(waits('Approval'))];
  expect(describeRollouts(inProduction(OLD), before)).toEqual([
    { type: 'Normal', reason: 'Waiting', note: 'a change waits in production (After): the gate After' },
  ]);
  expect(describeRollouts(before, before)).toEqual([]);
  expect(describeRollouts(before, after)).toMatchObject([{ reason: 'Waiting' }]);
  expect(describeRollouts(after, inProduction(NEW))).toEqual([
    { type: 'Normal', reason: 'InForce', note: 'revision 2 is in force in production from now on' },
  ]);
  // The blueprint went back to what is in force.
  expect(describeRollouts(after, inProduction(OLD))).toEqual([]);
});

test('a change that failed is told of once, as one that went back or as one that stays', () => {
  const back = { revision: 1, inForce: { digest: 'one', failed: 2 } };
  const stays = { revision: 2, inForce: { digest: 'two', failed: 2 } };
  expect(describeRollouts(NEW, back)).toEqual([
    {
      type: 'Warning',
      reason: 'RolledBack',
      note: 'the change was not ready in time: revision 1 is in force again',
    },
  ]);
  expect(describeRollouts(NEW, stays)).toMatchObject([{ type: 'Warning', reason: 'RolloutFailed' }]);
  expect(describeRollouts(back, back)).toEqual([]);
});
