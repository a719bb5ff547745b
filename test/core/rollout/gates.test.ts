import { expect, test } from '@jest/globals';
import type { Rollout, Window } from '../../../src/api/schema/rollout.ts';
import type { Approval } from '../../../src/api/schema/revision/approval.ts';
import { type GateInput, findClosedGate } from '../../../src/core/rollout/gates.ts';
import { rolloutOf } from '../../../src/core/rollout/settings.ts';

const NOW = Date.parse('2026-12-22T10:00:00Z');
const PLAN = { digest: 'sha256:3fa9c2d4e5f60718', create: 0, update: 2, delete: 1 };
const APPROVAL: Approval = {
  environment: 'production',
  plan: PLAN.digest,
  by: 'ada',
  at: '2026-12-22T09:00:00Z',
};

const settingsOf = (rollout: Rollout): GateInput['settings'] =>
  rolloutOf(rollout, undefined, { requireApproval: false });

const freeze: Window = { name: 'freeze', kind: 'Deny', until: '2027-01-07T00:00:00Z', reason: 'end of year' };

function inputOf(rollout: Rollout, parts: Partial<GateInput> = {}): GateInput {
  return {
    settings: settingsOf(rollout),
    environment: 'production',
    after: undefined,
    now: NOW,
    unready: [],
    deletions: { count: 1, of: 20, empties: false },
    first: false,
    known: false,
    plan: PLAN,
    approval: undefined,
    ...parts,
  };
}

test('a change passes where nothing holds it back', () => {
  expect(findClosedGate(inputOf({}))).toBeUndefined();
});

test('a change waits until the environment before is settled with the same revision', () => {
  const after = { name: 'staging', settledSince: undefined };
  expect(findClosedGate(inputOf({}, { after }))).toEqual({
    gate: 'After',
    message: 'staging must be ready with the same revision first',
  });
  expect(findClosedGate(inputOf({}, { after: { ...after, settledSince: NOW } }))).toBeUndefined();
});

test('a change waits until the environment before has been settled for long enough', () => {
  const since = (ms: number): GateInput =>
    inputOf({ soak: '1h30m' }, { after: { name: 'staging', settledSince: NOW - ms } });
  expect(findClosedGate(since(5_399_999))).toEqual({
    gate: 'After',
    message: 'staging must have been ready with the same revision for 1h30m',
    opens: NOW + 1,
  });
  expect(findClosedGate(since(5_400_000))).toBeUndefined();
  // The clock was set back.
  expect(findClosedGate(since(-60_000))).toMatchObject({ opens: NOW + 5_460_000 });
});

test('a change waits for its windows', () => {
  expect(findClosedGate(inputOf({ windows: [freeze] }))).toEqual({
    gate: 'Window',
    message: 'changes are denied by freeze (end of year); they may happen from 2027-01-07T00:00:00Z on',
    opens: Date.parse('2027-01-07T00:00:00Z'),
  });
  const endless: Window = { name: 'endless', kind: 'Deny', from: '2020-01-01T00:00:00Z' };
  expect(findClosedGate(inputOf({ windows: [endless] }))).toEqual({
    gate: 'Window',
    message: 'changes are denied by endless',
  });
});

test('an approval opens a window only where it says so, and is of this plan', () => {
  const windows = [freeze];
  const closed = (approval: Approval | undefined): string | undefined =>
    findClosedGate(inputOf({ windows }, { approval }))?.gate;
  expect(closed(APPROVAL)).toBe('Window');
  expect(closed({ ...APPROVAL, overrides: [] })).toBe('Window');
  expect(closed({ ...APPROVAL, overrides: ['Window'] })).toBeUndefined();
  expect(closed({ ...APPROVAL, overrides: ['Window'], plan: 'sha256:other' })).toBe('Window');
  expect(closed({ ...APPROVAL, overrides: ['Window'], by: '' })).toBe('Window');
});

test('a change waits for the objects that it requires, of which five are named', () => {
  const unready = Array.from({ length: 7 }, (_, i) => `Job/staging/smoke-${i}`);
  expect(findClosedGate(inputOf({}, { unready }))).toEqual({
    gate: 'Requires',
    message:
      'not ready: Job/staging/smoke-0, Job/staging/smoke-1, Job/staging/smoke-2, Job/staging/smoke-3, Job/staging/smoke-4 and 2 more',
  });
});

test.each<[string, Rollout, GateInput['deletions'], string | undefined]>([
  ['as many as allowed', { maxDeletions: 5 }, { count: 5, of: 20 }, undefined],
  ['one more than allowed', { maxDeletions: 5 }, { count: 6, of: 20 }, '6 of 20 objects, and may delete 5'],
  ['any where none may go', { maxDeletions: 0 }, { count: 1, of: 20 }, '1 of 20 objects, and may delete 0'],
  ['all that there are, where so many may go', { maxDeletions: 5 }, { count: 5, of: 5 }, undefined],
  ['ten, more than half', {}, { count: 10, of: 12 }, undefined],
  ['eleven, more than half', {}, { count: 11, of: 21 }, '11 of 21 objects, more than half'],
  ['eleven, exactly half', {}, { count: 11, of: 22 }, undefined],
  ['all of a few', {}, { count: 3, of: 3, empties: true }, 'all 3 objects'],
  ['the only one', {}, { count: 1, of: 1, empties: true }, 'the only object'],
  [
    'all that deploy anything',
    {},
    { count: 2, of: 3, empties: true },
    '2 of 3 objects, all that deploy anything',
  ],
  [
    'all that deploy anything, where so many may go',
    { maxDeletions: 2 },
    { count: 2, of: 3, empties: true },
    undefined,
  ],
  ['all of a few, with others in their place', {}, { count: 3, of: 3 }, undefined],
  ['none of none', {}, { count: 0, of: 0 }, undefined],
  ['none of some', {}, { count: 0, of: 3 }, undefined],
])('a change that deletes %s passes or tells so', (_, rollout, deletions, excess) => {
  const closed = findClosedGate(inputOf(rollout, { deletions }));
  const message = `approval of plan 3fa9c2 (2 to change, 1 to delete), as it would delete ${excess ?? ''}`;
  expect(closed).toEqual(excess === undefined ? undefined : { gate: 'MaxDeletions', message });
});

test('a flag for deletions is heeded beside the share that may go', () => {
  const settings = rolloutOf(undefined, undefined, { requireApproval: false, maxDeletions: 8 });
  const gateOf = (count: number, of: number, empties = false): string | undefined =>
    findClosedGate(inputOf({}, { settings, deletions: { count, of, empties } }))?.gate;
  expect([gateOf(8, 100), gateOf(9, 100), gateOf(8, 8, true)]).toEqual([
    undefined,
    'MaxDeletions',
    'MaxDeletions',
  ]);
});

test('a first installation has nothing to delete too much of', () => {
  const deletions = { count: 3, of: 3 };
  expect(findClosedGate(inputOf({ maxDeletions: 0 }, { first: true, deletions }))).toBeUndefined();
});

test('a change waits for an approval of its plan where approvals are given by hand', () => {
  expect(findClosedGate(inputOf({ approval: 'Manual' }))).toEqual({
    gate: 'Approval',
    message: 'approval of plan 3fa9c2 (2 to change, 1 to delete)',
  });
  const plan = { ...PLAN, create: 4, update: 0 };
  expect(findClosedGate(inputOf({ approval: 'Manual' }, { plan, first: true }))).toMatchObject({
    message: 'approval of plan 3fa9c2 (4 to create, 1 to delete)',
  });
});

test('an approval of this very plan opens the gates of approval and of deletions', () => {
  const deletions = { count: 20, of: 20 };
  const input = inputOf({ approval: 'Manual' }, { approval: APPROVAL, deletions });
  expect(findClosedGate(input)).toBeUndefined();
});

test.each<[string, Approval]>([
  ['of another plan', { ...APPROVAL, plan: 'sha256:3fa9c2' }],
  ['of another environment', { ...APPROVAL, environment: 'staging' }],
  ['of nobody', { environment: 'production', plan: PLAN.digest }],
])('an approval %s opens nothing', (_, approval) => {
  expect(findClosedGate(inputOf({ approval: 'Manual' }, { approval }))?.gate).toBe('Approval');
  const deletions = { count: 20, of: 20 };
  expect(findClosedGate(inputOf({}, { approval, deletions }))?.gate).toBe('MaxDeletions');
});

test('a blueprint without environments takes the approval that it is given, whatever its environment is called', () => {
  const input = inputOf({ approval: 'Manual' }, { environment: undefined, approval: APPROVAL });
  expect(findClosedGate(input)).toBeUndefined();
});

test('a revision that was in force before needs no new approval, but may not delete too much either', () => {
  expect(findClosedGate(inputOf({ approval: 'Manual' }, { known: true }))).toBeUndefined();
  const deletions = { count: 20, of: 20 };
  expect(findClosedGate(inputOf({ approval: 'Manual' }, { known: true, deletions }))?.gate).toBe(
    'MaxDeletions',
  );
});

test('a plan that changes nothing waits for the environment before only', () => {
  const plan = { ...PLAN, update: 0, delete: 0 };
  const rollout: Rollout = { approval: 'Manual', windows: [freeze], maxDeletions: 0 };
  const unready = ['Job/smoke'];
  expect(findClosedGate(inputOf(rollout, { plan, unready }))).toBeUndefined();
  const after = { name: 'staging', settledSince: undefined };
  expect(findClosedGate(inputOf(rollout, { plan, unready, after }))?.gate).toBe('After');
});

test('of several closed gates the first in order is told', () => {
  const rollout: Rollout = { approval: 'Manual', windows: [freeze], maxDeletions: 0 };
  const closings: Partial<GateInput>[] = [
    { after: { name: 'staging', settledSince: NOW } },
    { settings: settingsOf({ ...rollout, windows: [] }) },
    { unready: [] },
    { deletions: { count: 0, of: 20, empties: false } },
    { known: true },
  ];
  let input = inputOf(rollout, {
    after: { name: 'staging', settledSince: undefined },
    unready: ['Job/smoke'],
  });
  const told: (string | undefined)[] = [];
  for (const opening of closings) {
    told.push(findClosedGate(input)?.gate);
    input = { ...input, ...opening };
  }
  expect(told).toEqual(['After', 'Window', 'Requires', 'MaxDeletions', 'Approval']);
  expect(findClosedGate(input)).toBeUndefined();
});

test('a message stays within what a status takes', () => {
  const unready = Array.from({ length: 5 }, () => 'x'.repeat(400));
  expect(findClosedGate(inputOf({}, { unready }))?.message).toHaveLength(1024);
});
