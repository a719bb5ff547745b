import { expect, test } from '@jest/globals';
import type { Rollout, Window } from '../../../src/api/schema/rollout.ts';
import { rolloutOf } from '../../../src/core/rollout/settings.ts';

const NONE = { requireApproval: false };

const night: Window = { name: 'night', kind: 'Allow', schedule: '0 22 * * *', duration: '4h' };
const freeze: Window = { name: 'freeze', kind: 'Deny', from: '2026-12-18T00:00:00Z' };

test('without any rollout nothing holds a change back but a deletion of most', () => {
  expect(rolloutOf(undefined, undefined, NONE)).toEqual({
    approval: 'Automatic',
    maxDeletions: undefined,
    keepsMost: true,
    windows: [],
    requires: [],
    soakMs: 0,
    progressDeadlineMs: undefined,
    onFailure: 'Wait',
    revisionHistoryLimit: 5,
  });
});

test('the fields of an environment replace those of the blueprint, lists as a whole', () => {
  const blueprint: Rollout = {
    approval: 'Manual',
    maxDeletions: 5,
    windows: [night],
    soak: '10m',
    progressDeadline: '1h30m',
    onFailure: 'Rollback',
    revisionHistoryLimit: 0,
  };
  const environment: Rollout = { approval: 'Automatic', windows: [freeze], soak: '2h', maxDeletions: 0 };
  expect(rolloutOf(blueprint, environment, NONE)).toMatchObject({
    approval: 'Automatic',
    maxDeletions: 0,
    keepsMost: false,
    windows: [freeze],
    soakMs: 7_200_000,
    progressDeadlineMs: 5_400_000,
    onFailure: 'Rollback',
    revisionHistoryLimit: 0,
  });
});

test('environments without windows of their own share the list of the blueprint', () => {
  const windows = [night];
  expect(rolloutOf({ windows }, { soak: '1m' }, NONE).windows).toBe(windows);
});

test.each<[Rollout | undefined, Rollout | undefined]>([
  [undefined, undefined],
  [{ approval: 'Automatic' }, undefined],
  [{ approval: 'Manual' }, { approval: 'Automatic' }],
])('the flag for approvals holds whatever a blueprint says: %j, %j', (blueprint, environment) => {
  expect(rolloutOf(blueprint, environment, { requireApproval: true }).approval).toBe('Manual');
});

test.each([
  [undefined, 3, 3],
  [2, 3, 2],
  [4, 3, 3],
  [4, undefined, 4],
  [0, 3, 0],
  [3, 0, 0],
])('of maxDeletions %p and a flag of %p the smaller one holds: %p', (own, flag, expected) => {
  const blueprint = own === undefined ? {} : { maxDeletions: own };
  const floors = { requireApproval: false, maxDeletions: flag };
  expect(rolloutOf(blueprint, undefined, floors).maxDeletions).toBe(expected);
});

test('a flag for deletions never allows what would need an approval without it', () => {
  const settings = rolloutOf(undefined, undefined, { requireApproval: false, maxDeletions: 100 });
  expect(settings).toMatchObject({ maxDeletions: 100, keepsMost: true });
});
