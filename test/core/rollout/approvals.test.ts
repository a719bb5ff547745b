import { expect, test } from '@jest/globals';
import type { Approval } from '../../../src/api/schema/revision/approval.ts';
import { findIgnoredApprovals } from '../../../src/core/rollout/approvals.ts';

const PLANS = new Map([
  ['staging', undefined],
  ['production', 'sha256:3fa9c2d4'],
]);

const approval: Approval = { environment: 'production', plan: 'sha256:3fa9c2d4', by: 'ada' };

test('an approval of the plan that waits counts', () => {
  expect(findIgnoredApprovals([approval], PLANS)).toEqual([]);
});

test('an approval where nothing waits has served its time, and is not told', () => {
  expect(findIgnoredApprovals([{ ...approval, environment: 'staging' }], PLANS)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'another plan',
    { plan: 'sha256:77aa00ff' },
    'it is of plan 77aa00, and plan 3fa9c2 waits: look at that, and approve it',
  ],
  ['no approver', { by: undefined }, 'it does not say `by` whom it is: approve again'],
  ['an empty approver', { by: '' }, 'it does not say `by` whom it is: approve again'],
  [
    'an unknown environment',
    { environment: 'prodution' },
    'the blueprint has no such environment; did you mean "production"?',
  ],
])('an approval with %s is told with the reason', (_, parts, message) => {
  const wrong = { ...approval, ...parts };
  expect(findIgnoredApprovals([approval, wrong], PLANS)).toEqual([
    { environment: wrong.environment, message },
  ]);
});
