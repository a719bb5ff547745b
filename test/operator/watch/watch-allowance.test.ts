import { expect, test } from '@jest/globals';
import { WatchAllowance } from '../../../src/operator/watch/watch-allowance.ts';

test('a blueprint, a namespace and all together have as many watches as they may, and get back what they give', () => {
  const allowance = new WatchAllowance({ perBlueprint: 3, total: 8 });
  const take = (key: string, times: number): number =>
    Array.from({ length: times }, () => allowance.take(key)).filter((release) => release !== undefined)
      .length;
  const release = allowance.take('a/one');
  expect(take('a/one', 5)).toBe(2);
  // A namespace has half of all.
  expect(take('a/two', 5)).toBe(1);
  expect(take('a/three', 5)).toBe(0);
  expect(take('b/one', 5)).toBe(3);
  expect(take('c/one', 5)).toBe(1);
  expect(allowance.open).toBe(8);
  release?.();
  expect(take('c/one', 5)).toBe(1);
  expect(take('a/one', 1)).toBe(0);
});
