import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { releaseKey, releaseOf } from '../../../../src/core/releases/release.ts';
import type { JsonObject } from '../../../../src/api/schema/shapes/shapes.ts';

/** Compiles a blueprint of charts, and answers the name of each release by its HelmRelease, or the rules it breaks. */
function releasesOf(
  layers: object[],
  environments: object[],
  inForce: Record<string, string> = {},
): Record<string, string> | string[] {
  const blueprint = {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'demo', namespace: 'ns' },
    spec: {
      sources: [{ name: 'charts', helm: { url: 'https://example.com' } }],
      defaults: { helmRelease: { chart: { spec: { chart: 'web' } } } },
      layers,
      environments,
    },
  };
  const releaseNames = new Map(Object.entries(inForce).map(([name, release]) => [`ns/${name}`, release]));
  const compiled = compile(blueprint, { ...offlineContext(), releaseNames });
  if (!compiled.ok) return compiled.problems.map(({ rule }) => rule);
  const releases = compiled.desired.objects
    .filter(({ ref }) => ref.kind === 'HelmRelease')
    .map(({ ref, manifest }) => ({
      of: ref.name,
      release: releaseOf(manifest['spec'] as JsonObject, { name: ref.name, namespace: 'ns' }),
    }));
  expect(new Set(releases.map(({ release }) => releaseKey(release))).size).toBe(releases.length);
  return Object.fromEntries(releases.map(({ of, release }) => [of, release.name]));
}

const WEB = { name: 'web', helmRelease: {} };
const far = (name: string, secret = 'far', more: object = {}): object => ({
  name,
  kubeConfig: { secretRef: { name: secret } },
  ...more,
});

test('environments on clusters of their own have the plain name on each', () => {
  expect(releasesOf([WEB], [far('a', 'a'), far('b', 'b')])).toEqual({ 'web-a': 'web', 'web-b': 'web' });
});

test('environments on one cluster have the name with the suffix', () => {
  expect(releasesOf([WEB], [far('a'), far('b')])).toEqual({ 'web-a': 'web-a', 'web-b': 'web-b' });
});

test('a target namespace stands before the plain name, as Flux has it', () => {
  const shop = { name: 'web', helmRelease: { targetNamespace: 'shop' } };
  expect(releasesOf([shop], [far('a')])).toEqual({ 'web-a': 'shop-web' });
});

test('a release keeps its name when another environment comes to its cluster, and when one goes', () => {
  expect(releasesOf([WEB], [far('a'), far('b')], { 'web-a': 'web' })).toEqual({
    'web-a': 'web',
    'web-b': 'web-b',
  });
  expect(releasesOf([WEB], [far('b')], { 'web-b': 'web-b' })).toEqual({ 'web-b': 'web-b' });
});

test('a release keeps the plain name that it had before the target namespace counted', () => {
  const shop = { name: 'web', helmRelease: { targetNamespace: 'shop' } };
  expect(releasesOf([shop], [far('a')], { 'web-a': 'web' })).toEqual({ 'web-a': 'web' });
});

test('a name that was written once and is no longer is given up', () => {
  expect(releasesOf([WEB], [far('a')], { 'web-a': 'written-before' })).toEqual({ 'web-a': 'web' });
});

test('two that exist as one release each get one of their own', () => {
  expect(releasesOf([WEB], [far('a'), far('b')], { 'web-a': 'web', 'web-b': 'web' })).toEqual({
    'web-a': 'web-a',
    'web-b': 'web-b',
  });
});

test('a name that is written stays, and the derived one gives way or is refused', () => {
  const named = { name: 'named', helmRelease: { releaseName: 'web' } };
  const plain = releasesOf([WEB, named], [far('a')]);
  expect(plain).toEqual({ 'web-a': 'web-a', 'named-a': 'web' });
  expect(releasesOf([WEB, named], [far('a')], { 'web-a': 'web' })).toEqual(['same-release']);
  const both = { name: 'named', helmRelease: { releaseName: 'web-a' } };
  expect(releasesOf([WEB, both, named], [far('a')])).not.toEqual([]);
});

test('whatever names collide, either all releases differ or the blueprint is refused', () => {
  const names = ['w', 'w-a', 'w-b', 'w-a-b', 'w-b-a'];
  for (let mask = 1; mask < 32; mask++) {
    const layers = names.filter((_, i) => (mask & (1 << i)) > 0).map((name) => ({ name, helmRelease: {} }));
    const releases = releasesOf(layers, [far('a'), far('b'), far('c', 'far', { suffix: '' })]);
    expect(Array.isArray(releases) ? releases.filter((rule) => rule !== 'same-object') : []).toEqual([]);
  }
});
