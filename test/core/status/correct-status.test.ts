import { expect, test } from '@jest/globals';
import type { Condition, Status } from '../../../src/api/schema/status.ts';
import { correctStatus } from '../../../src/core/status/correct-status.ts';

const lastTransitionTime = '2026-01-01T00:00:00Z';
const condition = (type: Condition['type']): Condition => ({
  type,
  status: 'True',
  reason: 'X',
  message: '',
  lastTransitionTime,
});

const applied: Status = {
  observedGeneration: 2,
  conditions: [condition('Ready'), condition('Reconciling')],
  plan: { digest: 'sha256:1', create: 1, update: 0, delete: 0, names: [] },
};

test('a status that is stored as it was applied needs no correction, in whatever order its conditions are', () => {
  expect(correctStatus(applied, structuredClone(applied))).toBeUndefined();
  const turned = { ...applied, conditions: applied.conditions?.toReversed() ?? [] };
  expect(correctStatus({ ...applied, ageRecipient: undefined as never }, turned)).toBeUndefined();
});

test('what somebody else added or changed is corrected, and nothing else is written', () => {
  const foreign = {
    ...applied,
    ageRecipient: 'age1forged',
    conditions: [...(applied.conditions ?? []), condition('Stalled')],
  };
  expect(correctStatus(applied, foreign)).toEqual({ ageRecipient: null, conditions: applied.conditions });
  const plan = { ...applied.plan, create: 7, odd: 1 } as never;
  expect(correctStatus(applied, { ...applied, plan })).toEqual({ plan: { create: 1, odd: null } });
  expect(correctStatus(applied, {})).toEqual(applied);
});
