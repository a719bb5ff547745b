import { expect, test } from '@jest/globals';
import type { Tracked } from '../../../src/core/objects/inventory.ts';
import { type Plan, emptyPlan } from '../../../src/core/plan/plan.ts';
import { describePlan, describeRemaining } from '../../../src/core/plan/describe-plan.ts';
import { desiredObject, idOf } from '../live.ts';

const tracked = (name: string): Tracked => ({ id: idOf(name), version: 'v1', wave: 1 });

const EMPTY = emptyPlan();

test('a plan that does nothing is none, and repairs of drift are no part of it', () => {
  const drifted = { object: desiredObject('apps'), cause: 'drift' as const, drift: ['spec.path'] };
  expect(describePlan(EMPTY, 'd')).toBeUndefined();
  expect(describePlan({ ...EMPTY, apply: [drifted] }, 'd')).toBeUndefined();
});

test('a plan names what it creates, changes and deletes, what it cannot do yet included', () => {
  const plan: Plan = {
    ...EMPTY,
    apply: [
      { object: desiredObject('a'), cause: 'update', drift: [] },
      { object: desiredObject('b'), cause: 'create', drift: [] },
    ],
    blocked: [{ object: desiredObject('c'), waitsFor: ['b'] }],
    prune: [tracked('e')],
    keptForNow: [tracked('f')],
  };
  expect(describePlan(plan, 'digest')).toMatchObject({ digest: 'digest', create: 2, update: 1, delete: 2 });
  const names = describePlan(plan, 'digest')?.names.map((name) => name.replace(/ .*\//, ' '));
  expect(names).toEqual(['create b', 'create c', 'update a', 'delete e', 'delete f']);
  const rest = describeRemaining(plan, new Set([idOf('e')]), 'digest');
  expect(rest).toMatchObject({ create: 1, update: 0, delete: 1 });
});

test('of a long plan the first hundred are named, and all are counted', () => {
  const prune = Array.from({ length: 150 }, (_, i) => tracked(`n${i}`));
  const described = describePlan({ ...EMPTY, prune }, 'd');
  expect(described?.delete).toBe(150);
  expect(described?.names).toHaveLength(100);
});
