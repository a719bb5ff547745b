import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { findLeft, move, spec } from './moving.ts';

const shop = (name: string, more: object = {}): object => ({
  name,
  path: './apps/shop',
  kustomization: more,
});

test('one that deploys the same under another name or in another namespace is found', () => {
  const before = spec({ layers: [{ name: 'apps', components: [shop('shop')] }] });
  const to = (layer: object): string[] => move(before, spec({ layers: [layer] }));
  const found = (place: string): string[] => [`Kustomization/fleet/shop → ${place}`];
  expect(to({ name: 'apps', components: [shop('store')] })).toEqual(found('fleet/store'));
  expect(to({ name: 'frontend', components: [shop('store')] })).toEqual(found('fleet/store'));
  expect(to({ name: 'frontend', namespace: 'other', components: [shop('shop')] })).toEqual(
    found('other/shop'),
  );
  expect(to({ name: 'store', path: 'apps//shop/', kustomization: {} })).toEqual(found('fleet/store'));
  // The object stays what it is, and gets another label.
  expect(to({ name: 'frontend', components: [shop('shop')] })).toEqual([]);
});

test('what deploys something else is deleted and made', () => {
  const before = spec({ layers: [shop('shop')] });
  expect(move(before, spec({ layers: [{ ...shop('store'), path: './apps/store' }] }))).toEqual([]);
  expect(move(before, spec({ layers: [shop('store', { targetNamespace: 'b' })] }))).toEqual([]);
  expect(move(before, spec({ layers: [shop('store', { namePrefix: 'b-' })] }))).toEqual([]);
  expect(move(before, spec({ layers: [] }))).toEqual([]);
});

test('a source in place may get the new name too, as long as it fetches the same', () => {
  const inPlace = (name: string, branch = 'main'): object => ({
    name,
    git: { url: 'https://example.com/shop.git', ref: { branch } },
    kustomization: {},
  });
  const before = spec({ layers: [inPlace('shop')] });
  expect(move(before, spec({ layers: [inPlace('store')] }))).toEqual([
    'Kustomization/fleet/shop → fleet/store',
  ]);
  expect(move(before, spec({ layers: [inPlace('store', 'next')] }))).toEqual([]);
});

test('what only moves at its path is stated', () => {
  const before = spec({ layers: [{ name: 'apps', components: [{ name: 'shop', kustomization: {} }] }] });
  const layers = [{ name: 'frontend', components: [{ name: 'store', kustomization: {} }] }];
  expect(move(before, spec({ layers }))).toEqual([]);
  const stated = spec({ layers, moved: [{ from: 'apps/shop', to: 'frontend/store' }] });
  expect(move(before, stated)).toEqual(['Kustomization/fleet/shop → fleet/store']);
});

test('a chain of stated moves leads to its end, and a layer of one component stands by its name', () => {
  const before = spec({ layers: [{ name: 'one', kustomization: {} }] });
  const moved = [
    { from: 'one', to: 'two' },
    { from: 'two/two', to: 'three' },
  ];
  const after = spec({ layers: [{ name: 'three', kustomization: {} }], moved });
  expect(move(before, after)).toEqual(['Kustomization/fleet/one → fleet/three']);
});

test('a stated move holds in each environment, or in one that it names', () => {
  const environments = [{ name: 'dev' }, { name: 'prod', suffix: '' }];
  const layered = (name: string, more: object = {}): KubeObject =>
    spec({ environments, layers: [{ name, kustomization: {} }], ...more });
  const both = layered('b', { moved: [{ from: 'a', to: 'b' }] });
  expect(move(layered('a'), both)).toEqual([
    'Kustomization/fleet/a → fleet/b',
    'Kustomization/fleet/a-dev → fleet/b-dev',
  ]);
  const one = layered('b', { moved: [{ from: 'dev:a', to: 'b' }] });
  expect(move(layered('a'), one)).toEqual(['Kustomization/fleet/a-dev → fleet/b-dev']);
});

const chart = (name: string, more: object = {}): object => ({
  name,
  source: 'charts',
  helmRelease: { chart: { spec: { chart: 'redis', version: '1.x' } }, ...more },
});

test('a HelmRelease of the same release is found, whatever else it says', () => {
  const before = spec({ layers: [chart('a', { releaseName: 'cache' })] });
  const after = spec({ layers: [chart('b', { releaseName: 'cache', values: { replicas: 2 } })] });
  expect(move(before, after)).toEqual(['HelmRelease/fleet/a → fleet/b']);
});

test('a HelmRelease that got another name is found by its chart and values, where no other could be meant', () => {
  const before = spec({ layers: [chart('a', { values: { replicas: 2 } })] });
  expect(move(before, spec({ layers: [chart('b', { values: { replicas: 2 } })] }))).toEqual([
    'HelmRelease/fleet/a → fleet/b (is the Helm release a stored in namespace fleet, and the new one would be the Helm release b stored in namespace fleet: leave out `releaseName` and `storageNamespace` there, or name the same)',
  ]);
  expect(move(before, spec({ layers: [chart('b', { values: { replicas: 3 } })] }))).toEqual([]);
  const two = spec({
    layers: [chart('b', { values: { replicas: 2 } }), chart('c', { values: { replicas: 2 } })],
  });
  expect(move(before, two)).toEqual([]);
});

test('the release of the one that goes is carried into the one that comes', () => {
  const before = spec({ layers: [chart('a')] });
  const moved = [{ from: 'a', to: 'b' }];
  const movedReleases = new Map([['fleet/b', { storageNamespace: 'fleet', name: 'a' }]]);
  expect(move(before, spec({ layers: [chart('b')], moved }), movedReleases)).toEqual([
    'HelmRelease/fleet/a → fleet/b',
  ]);
});

test('what would be deployed somewhere else is stated in vain, and says why', () => {
  const before = spec({ layers: [shop('shop'), chart('a')] });
  const moved = [{ from: 'shop', to: 'store' }];
  const unsafe = (...layers: object[]): string[] =>
    move(before, spec({ layers: [...layers, chart('a')], moved }));
  expect(unsafe(shop('store', { targetNamespace: 'b' }))).toEqual([
    'Kustomization/fleet/shop → fleet/store (has another `targetNamespace`, so that what it deploys would be made anew: keep it until it has moved)',
  ]);
  expect(unsafe(shop('store', { kubeConfig: { secretRef: { name: 'far' } } }))).toEqual([
    'Kustomization/fleet/shop → fleet/store (deploys to the cluster of another `kubeConfig`: keep that until it has moved)',
  ]);
  expect(unsafe(chart('store'))).toEqual([
    'Kustomization/fleet/shop → fleet/store (is no HelmRelease, and only a Kustomization can take over what it deploys)',
  ]);
});

test('a name that is used again for something else is told, because Flux would prune by it', () => {
  const [a, b] = [shop('a'), { name: 'b', path: './apps/blog', kustomization: {} }];
  const before = spec({ layers: [a, b] });
  const shifted = [shop('b'), { name: 'c', path: './apps/blog', kustomization: {} }];
  expect(move(before, spec({ layers: shifted }))).toEqual([
    'Kustomization/fleet/a → fleet/b',
    'Kustomization/fleet/b → fleet/c',
  ]);
  const swapped = [shop('b'), { name: 'a', path: './apps/blog', kustomization: {} }];
  expect(move(before, spec({ layers: swapped })).map((text) => text.split(':')[0])).toEqual([
    'Kustomization/fleet/a → fleet/b (changes places with another one, and Flux would prune what both deploy',
    'Kustomization/fleet/b → fleet/a (changes places with another one, and Flux would prune what both deploy',
  ]);
});

test('several may go to one', () => {
  const before = spec({ layers: [shop('a'), shop('b')] });
  expect(move(before, spec({ layers: [shop('c')] }))).toEqual([
    'Kustomization/fleet/a → fleet/c',
    'Kustomization/fleet/b → fleet/c',
  ]);
});

test('the cost is linear', () => {
  const many = (prefix: string): KubeObject =>
    spec({
      layers: Array.from({ length: 4 }, (_, i) => ({
        name: `layer-${i}`,
        components: Array.from({ length: 450 }, (__, j) => ({
          name: `${prefix}-${i}-${j}`,
          path: `./apps/${i}/${j}`,
          kustomization: {},
        })),
      })),
    });
  expect(findLeft(many('a'), many('b'))).toEqual({ leaving: 1800, moves: 1800 });
});
