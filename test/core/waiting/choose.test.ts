import { expect, test } from '@jest/globals';
import type { GateName } from '../../../src/api/schema/status.ts';
import {
  type WantedApproval,
  approvalOf,
  chooseWaiting,
  describeNext,
} from '../../../src/core/waiting/choose.ts';
import type { WaitingChange } from '../../../src/core/waiting/waiting.ts';

const DIGEST = `sha256:3fa9c2${'0'.repeat(58)}`;

function change(gate: GateName, environment?: string, verified = true): WaitingChange {
  return {
    environment,
    waitsFor: { gate, message: 'a person', since: '2026-11-30T12:00:00Z' },
    plan: { digest: DIGEST, create: 0, update: 1, delete: 0, names: [] },
    digest: DIGEST,
    verified,
    inForce: 7,
    diff: {
      key: { namespace: 'a', name: 'b' },
      compared: '',
      hasEnvironments: environment !== undefined,
      changes: [],
      unchanged: 0,
      refusals: [],
    },
  };
}

function choose(changes: WaitingChange[], wanted: WantedApproval = {}): string {
  const chosen = chooseWaiting({ revision: 8, approvals: [], changes }, wanted);
  return typeof chosen === 'string' ? chosen : `chosen: ${chosen.environment ?? 'whole'}`;
}

test('the only change that waits for an approval is chosen; of several, one has to be named', () => {
  expect(choose([])).toBe('no change waits');
  expect(choose([change('Approval')])).toBe('chosen: whole');
  expect(choose([change('MaxDeletions', 'a'), change('After', 'b')])).toBe('chosen: a');
  expect(choose([change('Approval', 'a'), change('Approval', 'b')])).toBe(
    'changes wait in a and b: name one by --environment',
  );
  expect(choose([change('Approval', 'a'), change('After', 'b')], { environment: 'b' })).toBe('chosen: b');
  expect(choose([change('Approval', 'staging')], { environment: 'stagng' })).toBe(
    'no change waits in "stagng"; did you mean "staging"?',
  );
});

test('a change that waits for something else is approved only by name, or with its window', () => {
  expect(choose([change('Window')])).toMatch(/^no change waits for an approval: whole waits for a person; /);
  expect(choose([change('Window')], { overrideWindow: true })).toBe('chosen: whole');
  expect(choose([change('Requires')], { overrideWindow: true })).toMatch(/^no change waits for an approval/);
});

test('a plan that was seen is compared, and one that cannot be checked has to be named', () => {
  expect(choose([change('Approval')], { plan: '3fa9c2' })).toBe('chosen: whole');
  expect(choose([change('Approval')], { plan: DIGEST })).toBe('chosen: whole');
  expect(choose([change('Approval')], { plan: 'sha256:abcdef' })).toBe(
    'plan 3fa9c2 waits, and not plan abcdef: look at it, and approve that',
  );
  expect(choose([change('Approval', undefined, false)])).toMatch(/approve it by --plan 3fa9c2000000$/);
  expect(choose([change('Approval', undefined, false)], { plan: '3fa9c2' })).toBe('chosen: whole');
});

test('an approval is one entry, and it is said what happens next', () => {
  const one = change('Window', 'production');
  const who = { by: 'ada', at: '2026-11-30T12:00:00Z' };
  expect(approvalOf(one, { ...who, reason: 'seen', overrideWindow: true })).toEqual({
    ...{ environment: 'production', plan: DIGEST, reason: 'seen', overrides: ['Window'] },
    ...who,
  });
  expect(approvalOf(change('Approval'), who)).toEqual({ environment: 'whole', plan: DIGEST, ...who });
  expect(describeNext(one, 8, true)).toBe(
    'the operator brings revision 8 in force in production now, if no other gate is closed',
  );
  expect(describeNext(one, 8, false)).toBe('it still waits in production for the gate Window: a person');
});
