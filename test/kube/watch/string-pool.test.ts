import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { StringPool } from '../../../src/kube/watch/string-pool.ts';

test('nothing that is parsed reads otherwise once its strings are shared', () => {
  const pool = new StringPool();
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const value: unknown = JSON.parse(text);
      pool.share(value);
      expect(value).toEqual(JSON.parse(text));
    }),
  );
});

test('strings are right however many different ones there are', () => {
  const pool = new StringPool();
  const make = () => Array.from({ length: 10_000 }, (_, i) => ({ name: `name-${i}`, kind: 'Kustomization' }));
  const values = make();
  pool.share(values);
  pool.share(values);
  expect(values).toEqual(make());
});

test('what is nested deeper than a stack holds is no error', () => {
  const depth = 50_000;
  let value: unknown = JSON.parse(`${'['.repeat(depth)}"end"${']'.repeat(depth)}`);
  new StringPool().share(value);
  for (let i = 0; i < depth; i++) [value] = value as unknown[];
  expect(value).toBe('end');
});
