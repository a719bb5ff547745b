import { expect, test } from '@jest/globals';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { FLEET, objectsOf, titled } from '../compiling.ts';

const CHART = { chart: { spec: { chart: './web' } } };

function wavesOf(objects: readonly DesiredObject[]): [string, number][] {
  return objects.map(({ title, wave }) => [title, wave]);
}

function namesOf(ids: readonly string[]): string[] {
  return ids.map((id) => id.split('_').slice(1, 2).join());
}

test('sources and providers come first, then each wave after those it depends on', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'z-first', kustomization: {} },
      { name: 'a-last', dependsOn: ['m-middle'], kustomization: {} },
      { name: 'm-middle', dependsOn: ['z-first'], helmRelease: CHART },
    ],
    notifications: {
      providers: [{ name: 'chat', type: 'slack' }],
      alerts: [
        { name: 'ours', providerRef: { name: 'chat' } },
        { name: 'other', providerRef: { name: 'not-ours' } },
      ],
    },
  });
  expect(wavesOf(objects)).toEqual([
    ['alerts/other', 0],
    ['sources/fleet', 0],
    ['providers/chat', 0],
    ['alerts/ours', 1],
    ['z-first', 1],
    ['m-middle', 2],
    ['a-last', 3],
  ]);
});

test('what an object depends on stands before it, for every object', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: Array.from({ length: 20 }, (_, i) => ({
      name: `l${i}`,
      dependsOn: i < 19 ? [`l${i + 1}`] : [],
      kustomization: {},
    })),
  });
  const seen = new Set<string>();
  for (const { id, dependsOn } of objects) {
    for (const other of dependsOn) expect(seen).toContain(other);
    seen.add(id);
  }
});

test('only edges that Flux cannot express are held by the operator', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'crds', kustomization: {} },
      { name: 'operators', dependsOn: ['crds'], helmRelease: CHART },
      { name: 'configs', dependsOn: ['crds', 'operators'], kustomization: {} },
      { name: 'apps', dependsOn: ['operators'], helmRelease: CHART },
    ],
  });
  const edges = (title: string): string[][] => {
    const { dependsOn, createAfter } = titled(objects, title);
    return [namesOf(dependsOn), namesOf(createAfter)];
  };
  expect(edges('crds')).toEqual([['fleet'], []]);
  expect(edges('operators')).toEqual([['crds', 'fleet'], ['crds']]);
  expect(edges('configs')).toEqual([['crds', 'fleet', 'operators'], ['operators']]);
  expect(edges('apps')).toEqual([['fleet', 'operators'], []]);
});

test('a source that exists already is nothing to wait for', () => {
  const objects = objectsOf({
    sources: [{ name: 'own', sourceRef: { kind: 'GitRepository', name: 'flux-system' } }],
    layers: [{ name: 'apps', kustomization: {} }],
  });
  expect(titled(objects, 'apps').dependsOn).toEqual([]);
});

test('a native reference to a source of the blueprint is a dependency on it', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [{ name: 'apps', kustomization: { sourceRef: { kind: 'GitRepository', name: 'fleet' } } }],
  });
  expect(namesOf(titled(objects, 'apps').dependsOn)).toEqual(['fleet']);
});

test('every object carries our labels, and those of a layer its name', () => {
  const objects = objectsOf({ sources: [FLEET], layers: [{ name: 'apps', kustomization: {} }] });
  const ours = {
    'app.kubernetes.io/managed-by': 'fluxblueprint',
    'fluxblueprint.io/name': 'demo',
    'fluxblueprint.io/namespace': 'flux-system',
  };
  expect(titled(objects, 'sources/fleet').manifest.metadata.labels).toEqual(ours);
  expect(titled(objects, 'apps').manifest.metadata.labels).toEqual({
    ...ours,
    'fluxblueprint.io/layer': 'apps',
  });
});

test('an object knows where in the blueprint each of its fields was written', () => {
  const objects = objectsOf({
    serviceAccountName: 'deployer',
    defaults: { kustomization: { timeout: '5m' } },
    variables: { substitute: { A: 'b' } },
    sources: [FLEET],
    layers: [{ name: 'apps', kustomization: { force: true } }],
  });
  const { originOf, path } = titled(objects, 'apps');
  expect(path).toBe('spec.layers[0]');
  expect(originOf(['force'])).toBe('spec.layers[0].kustomization.force');
  expect(originOf(['timeout'])).toBe('spec.defaults.kustomization.timeout');
  expect(originOf(['postBuild', 'substitute', 'A'])).toBe('spec.variables.substitute.A');
  expect(originOf(['serviceAccountName'])).toBe('spec.serviceAccountName');
  expect(originOf(['interval'])).toBe('spec.layers[0].kustomization.interval');
});
