import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../../src/api/schema/shapes/shapes.ts';
import { removePath } from '../../../../src/core/compile/draft/unset.ts';
import { FLEET, objectsOf, problemsOf, titled } from '../../compiling.ts';

test('a dotted path is removed where it is, and only there', () => {
  const object: JsonObject = { a: { b: 1, c: 2 }, d: 3 };
  expect(removePath(object, 'a.b')).toBe(true);
  expect(removePath(object, 'a.b')).toBe(false);
  expect(removePath(object, 'd.e')).toBe(false);
  expect(removePath(object, '__proto__.toString')).toBe(false);
  expect(object).toEqual({ a: { c: 2 }, d: 3 });
});

test('a name that has dots itself is removed by the same path', () => {
  const spec = {
    sources: [FLEET],
    defaults: { kustomization: { commonMetadata: { labels: { 'example.com/team': 'a', tier: 'b' } } } },
    layers: [{ name: 'apps', unset: ['commonMetadata.labels.example.com/team'], kustomization: {} }],
  };
  expect(titled(objectsOf(spec), 'apps').manifest['spec']).toMatchObject({
    commonMetadata: { labels: { tier: 'b' } },
  });
});

test('what is below a list or a word cannot be taken away singly', () => {
  const unset = ['dependsOn.0', 'healthChecks.name', 'timeout.seconds'];
  const layers = [{ name: 'apps', unset, kustomization: {} }];
  expect(problemsOf({ sources: [FLEET], layers })).toEqual(
    ['dependsOn', 'healthChecks', 'timeout'].map((field, i) => ({
      rule: 'unknown-field',
      path: `spec.layers[0].unset[${i}]`,
      message: `nothing of "${field}" can be taken away singly: name the whole`,
    })),
  );
});

test('a required field of Flux is reported as missing because of `unset`', () => {
  const layers = [{ name: 'apps', unset: ['interval'], kustomization: {} }];
  expect(problemsOf({ sources: [FLEET], layers })).toEqual([
    {
      rule: 'missing-field',
      path: 'spec.layers[0].kustomization.interval',
      message: 'is required, and `unset` takes away what is there without asking: say it here, or unset less',
    },
  ]);
});
