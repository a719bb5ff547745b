import { expect, test } from '@jest/globals';
import type { Status } from '../../../src/api/schema/status.ts';
import type { InForce } from '../../../src/core/rollout/decide.ts';
import { type KnownRevisions, describeInForce, readInForce } from '../../../src/core/rollout/in-force.ts';

const STORED = new Map([
  [1, { revision: 1, digest: 'one' }],
  [2, { revision: 2, digest: 'two' }],
]);
const stored: KnownRevisions = {
  has: (digest) => [...STORED.values()].some((one) => one.digest === digest),
  find: (revision) => (revision === undefined ? undefined : STORED.get(revision)),
};

const NOW = Date.parse('2026-12-01T10:00:00.250Z');
const ALL: InForce = {
  ...{ revision: 2, digest: 'two', stored: true },
  ...{ since: NOW, completedAt: NOW, settledAt: NOW },
  previous: { revision: 1, digest: 'one' },
  failed: undefined,
  earlier: [1],
};

test('what a status says of what is in force is read as it was written, to the millisecond', () => {
  const status: Status = {
    ...describeInForce(ALL, { deadline: true, followed: true }),
    environments: [
      {
        ...{ name: 'staging', state: 'Ready', ready: 1, total: 1 },
        ...describeInForce(ALL, { deadline: true, followed: true }),
      },
    ],
  };
  const read = readInForce(status, stored);
  expect([...read.keys()]).toEqual([undefined, 'staging']);
  expect(read.get(undefined)).toEqual(ALL);
  expect(read.get('staging')).toEqual(ALL);
});

test('times that nothing goes by are not written, so that nothing is written when they change', () => {
  const { inForce } = describeInForce(ALL, { deadline: false, followed: false });
  expect(inForce).toEqual({ digest: 'two', previous: 1, earlier: [1] });
});

test('revisions that are not stored are left out of what a status says, and the one in force is marked', () => {
  const forged: Status = {
    revision: 9,
    inForce: {
      digest: 'nine',
      previous: 8,
      failed: 7,
      earlier: [6, 1],
    },
  };
  expect(readInForce(forged, stored).get(undefined)).toMatchObject({
    ...{ revision: 9, digest: 'nine', stored: false },
    ...{ previous: undefined, failed: undefined, earlier: [1] },
  });
});

test('where a status names no revision, nothing is known to be in force', () => {
  expect(readInForce({}, stored).size).toBe(0);
  expect(readInForce({ revision: 1 }, stored).size).toBe(0);
});
