import { expect, test } from '@jest/globals';
import { MAX_OBJECTS } from '../../../src/api/names.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { FLEET, objectsOf, problemsOf, titled } from '../compiling.ts';

const APPS = { sources: [FLEET], layers: [{ name: 'apps', kustomization: {} }] };

test('a kind is written in the version that the cluster serves', () => {
  const { served } = offlineContext();
  const older = new Map([...served, ['source.toolkit.fluxcd.io/OCIRepository', 'v1beta2']]);
  const spec = { sources: [{ name: 'podinfo', oci: { url: 'oci://example.com/podinfo' } }] };
  const oci = titled(objectsOf(spec, { served: older }), 'sources/podinfo');
  expect(oci.manifest.apiVersion).toBe('source.toolkit.fluxcd.io/v1beta2');
  expect(oci.id).toBe('flux-system_podinfo_source.toolkit.fluxcd.io_OCIRepository');
  expect(oci.id).toBe(titled(objectsOf(spec), 'sources/podinfo').id);
});

test('a kind that the cluster does not serve is refused by name', () => {
  const served = new Map(offlineContext().served);
  served.delete('kustomize.toolkit.fluxcd.io/Kustomization');
  expect(problemsOf(APPS, { served })).toEqual([
    {
      rule: 'kind-not-served',
      path: 'spec.layers[0].kustomization',
      message: expect.stringContaining('does not serve Kustomization (kustomize.toolkit.fluxcd.io)'),
    },
  ]);
});

test('a kind of image automation may be missing: its objects wait until it is installed', () => {
  const served = new Map(offlineContext().served);
  expect(served.delete('image.toolkit.fluxcd.io/ImageRepository')).toBe(true);
  const spec = { image: 'registry.example.com/shop', interval: '5m' };
  const object = { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository', spec };
  expect(problemsOf({ layers: [{ name: 'shop', object }] }, { served })).toEqual([]);
});

test('a blueprint of too many objects is refused with both numbers, and advised to split', () => {
  const { served } = offlineContext();
  expect(problemsOf(APPS, { served, maxObjects: 1 })).toEqual([
    {
      rule: 'too-many',
      path: 'spec',
      message: 'asks for 2 objects; one blueprint may generate 1: split it into several',
    },
  ]);
  expect(problemsOf(APPS, { served, maxObjects: 2 })).toEqual([]);
});

test('providers and alerts count among the objects', () => {
  const notifications = { providers: [{ name: 'chat', type: 'slack' }] };
  const context = { served: offlineContext().served, maxObjects: 2 };
  expect(problemsOf({ ...APPS, notifications }, context).map(({ rule }) => rule)).toEqual(['too-many']);
});

function manyComponents(count: number): object {
  const components = Array.from({ length: count }, (_, i) => ({ name: `c${i}`, kustomization: {} }));
  const layers = Array.from({ length: Math.ceil(count / 500) }, (_, i) => ({
    name: `l${i}`,
    components: components.slice(i * 500, (i + 1) * 500),
  }));
  return { sources: [FLEET], layers };
}

test('as many objects as are allowed compile, and one more is refused', () => {
  expect(objectsOf(manyComponents(MAX_OBJECTS - 1))).toHaveLength(MAX_OBJECTS);
  expect(problemsOf(manyComponents(MAX_OBJECTS)).map(({ rule }) => rule)).toEqual(['too-many']);
});

test('names that would fill the status are refused, with how long they are', () => {
  const spread = (count: number): object => {
    const components = Array.from({ length: count }, (_, i) => ({
      name: `${'n'.repeat(50)}${i}`,
      namespace: `${'team'.repeat(12)}-${i}`,
      kustomization: {},
    }));
    const layers = [0, 1, 2, 3].map((i) => ({
      name: `l${i}`,
      components: components.slice(i * 500, (i + 1) * 500),
    }));
    return {
      serviceAccountName: 'platform',
      sources: [FLEET],
      layers: layers.filter((layer) => layer.components.length > 0),
    };
  };
  expect(problemsOf(spread(1200))).toEqual([]);
  expect(problemsOf(spread(1500))).toEqual([
    {
      rule: 'too-many',
      path: 'spec',
      message: expect.stringMatching(/1501 objects whose names take 1[67]\d kB .* 150 kB are allowed/),
    },
  ]);
});
