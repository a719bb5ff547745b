import { expect, test } from '@jest/globals';
import { Retention } from '../../../src/operator/bounds/retention.ts';

/** Something that reports when it is released. */
function item(name: string, released: string[]): { release: () => void } {
  return { release: () => void released.push(name) };
}

test('what was used longest ago is released first, and only as much as has to be', () => {
  const released: string[] = [];
  const retention = new Retention(10);
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => item(name, released));
  for (const each of [a, b, c]) if (each !== undefined) retention.use(each, 3);
  if (a !== undefined) retention.use(a, 3);
  expect(released).toEqual([]);
  if (d !== undefined) retention.use(d, 3);
  expect(released).toEqual(['b']);
});

test('the one used last stays, however large, and what is gone counts no more', () => {
  const released: string[] = [];
  const retention = new Retention(10);
  const [small, large] = [item('small', released), item('large', released)];
  retention.use(small, 4);
  retention.use(large, 50);
  expect(released).toEqual(['small']);
  retention.forget(large);
  retention.use(small, 9);
  expect(released).toEqual(['small']);
});
