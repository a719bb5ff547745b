import { expect, test } from '@jest/globals';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { planChange } from '../../../src/core/rollout/change-plan.ts';
import { desiredObject } from '../live.ts';

const digestOf = ({ manifest }: DesiredObject): string => JSON.stringify(manifest);

function withPath(name: string, path: string): DesiredObject {
  const object = desiredObject(name);
  return { ...object, manifest: { ...object.manifest, spec: { path } } };
}

const BEFORE = {
  revision: 'one',
  objects: [withPath('a', './a'), withPath('b', './b'), withPath('c', './c')],
};
const AFTER = {
  revision: 'two',
  objects: [withPath('a', './a'), withPath('b', './other'), withPath('d', './d')],
};

test('a plan counts and names what is created, changed and deleted', () => {
  const plan = planChange(BEFORE, AFTER, digestOf);
  expect(plan).toMatchObject({ create: 1, update: 1, delete: 1 });
  expect(plan.names.map((name) => name.replace(/ .*\//, ' '))).toEqual(['create d', 'update b', 'delete c']);
});

test('the digest of a plan changes with either revision and with any object of either, and with nothing else', () => {
  const { digest } = planChange(BEFORE, AFTER, digestOf);
  const others = [
    planChange({ ...BEFORE, revision: 'zero' }, AFTER, digestOf),
    planChange(BEFORE, { ...AFTER, revision: 'three' }, digestOf),
    planChange({ ...BEFORE, objects: BEFORE.objects.slice(1) }, AFTER, digestOf),
    planChange(BEFORE, { ...AFTER, objects: [...AFTER.objects, withPath('e', './e')] }, digestOf),
    planChange(BEFORE, { ...AFTER, objects: [withPath('a', './x'), ...AFTER.objects.slice(1)] }, digestOf),
    planChange(AFTER, BEFORE, digestOf),
  ];
  expect(new Set([digest, ...others.map((plan) => plan.digest)]).size).toBe(others.length + 1);
  const reversed = { ...AFTER, objects: [...AFTER.objects].reverse() };
  expect(planChange(BEFORE, reversed, digestOf).digest).toBe(digest);
});

test('what stays in the cluster when it is no longer wanted is not deleted', () => {
  const kept = { ...withPath('k', './k'), keep: true };
  const plan = planChange({ revision: 'one', objects: [kept] }, { revision: 'two', objects: [] }, digestOf);
  expect(plan).toMatchObject({ create: 0, update: 0, delete: 0, names: [] });
});

test('a plan of thousands names a hundred', () => {
  const objects = Array.from({ length: 2000 }, (_, i) => withPath(`o-${i}`, '.'));
  const plan = planChange({ revision: '', objects: [] }, { revision: 'two', objects }, digestOf);
  expect(plan.create).toBe(2000);
  expect(plan.names).toHaveLength(100);
});
