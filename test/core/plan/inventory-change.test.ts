import { expect, test } from '@jest/globals';
import { trackDesired } from '../../../src/core/objects/inventory.ts';
import { changeInventory, findPlaced } from '../../../src/core/plan/inventory-change.ts';
import { type Plan, emptyPlan } from '../../../src/core/plan/plan.ts';
import { desiredObject } from '../live.ts';

const [a, b, c] = [desiredObject('a'), desiredObject('b'), desiredObject('c')];

function planOf(parts: Partial<Plan> = {}): Plan {
  return { ...emptyPlan(), ...parts };
}

const APPLYING = planOf({ apply: [{ object: b, cause: 'update', drift: [] }] });

test('what is blocked, terminating, kept or served by another object is not placed', () => {
  const kept = desiredObject('kept', { keep: true });
  const satisfied = desiredObject('satisfied');
  const plan = planOf({ blocked: [{ object: b, waitsFor: ['a'] }], terminating: [c] });
  const desired = { objects: [a, b, c, kept, satisfied], environments: [] };
  expect(findPlaced(desired, plan, (id) => id === satisfied.id, undefined)).toEqual([trackDesired(a)]);
  expect(findPlaced(desired, plan, () => false, 'deployer')[0]).toEqual(trackDesired(a, 'deployer'));
});

test('the union is stored where an object is new to the inventory', () => {
  const before = { tracked: [trackDesired(a)], digestInForce: undefined };
  const change = changeInventory(before, [trackDesired(a), trackDesired(b)], APPLYING, 'sha256:new');
  expect(change).toEqual({ tracked: [trackDesired(a), trackDesired(b)], outdated: false });
});

test('what is about to go stays in the union', () => {
  const before = { tracked: [trackDesired(c)], digestInForce: undefined };
  const change = changeInventory(before, [trackDesired(b)], APPLYING, 'sha256:new');
  expect(change?.tracked.map(({ id }) => id)).toEqual([c.id, b.id]);
});

test('nothing is stored where every object is known and nothing is in force that an apply would make untrue', () => {
  const tracked = [trackDesired(a), trackDesired(b)];
  expect(
    changeInventory({ tracked, digestInForce: undefined }, tracked, APPLYING, 'sha256:new'),
  ).toBeUndefined();
  expect(
    changeInventory({ tracked, digestInForce: 'sha256:new' }, tracked, APPLYING, 'sha256:new'),
  ).toBeUndefined();
  expect(
    changeInventory({ tracked, digestInForce: 'sha256:old' }, tracked, planOf(), 'sha256:new'),
  ).toBeUndefined();
});

test('a digest in force is outdated from the first apply of another one on', () => {
  const tracked = [trackDesired(b)];
  const change = changeInventory({ tracked, digestInForce: 'sha256:old' }, tracked, APPLYING, 'sha256:new');
  expect(change).toEqual({ tracked, outdated: true });
});
