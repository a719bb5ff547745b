import { expect, test } from '@jest/globals';
import { memoize, memoizePair } from '../../../src/core/values/memoize.ts';

test('what is found for an object is found once, undefined too', () => {
  const asked: object[] = [];
  const find = memoize((object: object) => void asked.push(object));
  const [one, other] = [{}, {}];
  for (const object of [one, one, other, one]) find(object);
  expect(asked).toEqual([one, other]);
});

test('of a pair the last one that a second object came with is known', () => {
  const asked: string[] = [];
  const find = memoizePair((a: { name: string }, b: { name: string }) => {
    asked.push(a.name + b.name);
    return asked.length;
  });
  const [a, b, x] = [{ name: 'a' }, { name: 'b' }, { name: 'x' }];
  expect([find(a, x), find(a, x), find(b, x), find(b, x), find(a, x)]).toEqual([1, 1, 2, 2, 3]);
  expect(asked).toEqual(['ax', 'bx', 'ax']);
});
