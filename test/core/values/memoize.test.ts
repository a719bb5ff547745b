import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { memoize, memoizePair } from '../../../src/core/values/memoize.ts';

const CHILD = fileURLToPath(new URL('hold-pairs.ts', import.meta.url));

const alwaysKept = (): boolean => true;

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
  }, alwaysKept);
  const [a, b, x] = [{ name: 'a' }, { name: 'b' }, { name: 'x' }];
  expect([find(a, x), find(a, x), find(b, x), find(b, x), find(a, x)]).toEqual([1, 1, 2, 2, 3]);
  expect(asked).toEqual(['ax', 'bx', 'ax']);
});

test('a result that is not kept is found anew', () => {
  let asked = 0;
  const find = memoizePair(
    () => ++asked,
    (value) => value > 1,
  );
  const [a, x] = [{}, {}];
  expect([find(a, x), find(a, x), find(a, x)]).toEqual([1, 2, 2]);
});

test('nothing of a first object is held for the second: 300 MB pass through a heap of 64 MB', () => {
  const options = ['--max-old-space-size=64', '--disable-warning=ExperimentalWarning'];
  const held = execFileSync(process.execPath, [...options, CHILD], { encoding: 'utf8', stdio: 'pipe' });
  expect(held).toBe('3000');
});
