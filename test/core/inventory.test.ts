import { expect, test } from '@jest/globals';
import {
  type Tracked,
  lastWave,
  readInventory,
  refOfTracked,
  trackDesired,
  unionInventory,
  withoutIds,
  writeInventory,
} from '../../src/core/inventory.ts';
import { desiredObject, idOf } from './live.ts';
import { SeededRandom } from './random.ts';

function tracked(name: string, wave: number): Tracked {
  return { id: idOf(name), version: 'v1', wave };
}

test('what is written reads back the same, whatever the waves', () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 200; round++) {
    const entries = Array.from({ length: random.below(40) }, (_, i) =>
      tracked(`n${String(i).padStart(2, '0')}`, random.below(8)),
    );
    const inventory = writeInventory(random.shuffle(entries));
    const read = readInventory({ inventory });
    expect(new Set(read)).toEqual(new Set(entries));
    expect(writeInventory(random.shuffle(read))).toEqual(inventory);
  }
});

test('an inventory counts its waves, empty ones too, and sorts inside each', () => {
  expect(writeInventory([tracked('b', 2), tracked('c', 0), tracked('a', 2)])).toEqual({
    waves: [1, 0, 2],
    entries: [
      { id: idOf('c'), v: 'v1' },
      { id: idOf('a'), v: 'v1' },
      { id: idOf('b'), v: 'v1' },
    ],
  });
});

test('no inventory is an empty one', () => {
  expect(readInventory(undefined)).toEqual([]);
  expect(readInventory({})).toEqual([]);
  expect(writeInventory([])).toEqual({ waves: [], entries: [] });
  expect(lastWave([])).toEqual([]);
});

test('entries beyond the last wave belong to it, so that nothing tracked is lost', () => {
  const entries = ['a', 'b', 'c'].map((name) => ({ id: idOf(name), v: 'v1' }));
  expect(readInventory({ inventory: { waves: [1, 1], entries } }).map(({ wave }) => wave)).toEqual([0, 1, 1]);
  expect(readInventory({ inventory: { waves: [], entries } }).map(({ wave }) => wave)).toEqual([0, 0, 0]);
});

test('in a union each object stands once, in its newer place', () => {
  const union = unionInventory([tracked('a', 1), tracked('b', 1)], [tracked('b', 3), tracked('c', 2)]);
  expect(union).toEqual([tracked('a', 1), tracked('b', 3), tracked('c', 2)]);
});

test('what is gone leaves the inventory', () => {
  expect(withoutIds([tracked('a', 1), tracked('b', 1)], new Set([idOf('a')]))).toEqual([tracked('b', 1)]);
});

test('the last wave is all that must go first', () => {
  expect(lastWave([tracked('a', 1), tracked('b', 3), tracked('c', 3)])).toEqual([
    tracked('b', 3),
    tracked('c', 3),
  ]);
});

test('a desired object is tracked with the version that it was written in', () => {
  const object = desiredObject('apps', { wave: 4 });
  expect(trackDesired(object)).toEqual(tracked('apps', 4));
  expect(refOfTracked(trackDesired(object))).toEqual(object.ref);
});
