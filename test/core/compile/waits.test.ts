import { expect, test } from '@jest/globals';
import { FLEET, objectsOf, titled } from '../compiling.ts';

const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', name: 'token' };

test('an object that others make is waited for in the namespace of the component, unless it names another', () => {
  const objects = objectsOf({
    serviceAccountName: 'deployer',
    sources: [FLEET],
    layers: [
      {
        name: 'apps',
        namespace: 'apps',
        components: [
          {
            name: 'web',
            dependsOnObjects: [SETTINGS, { ...SETTINGS, namespace: 'vault', readyExpr: 'has(dep.data)' }],
            kustomization: {},
          },
        ],
      },
    ],
  });
  expect(titled(objects, 'apps/web').waitsFor).toEqual([
    { ...SETTINGS, namespace: 'apps', readyExpr: undefined },
    { ...SETTINGS, namespace: 'vault', readyExpr: 'has(dep.data)' },
  ]);
});

test('what others make is no edge of the graph, and no other object waits for it', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'first', dependsOnObjects: [SETTINGS], kustomization: {} },
      { name: 'second', dependsOn: ['first'], kustomization: {} },
    ],
  });
  expect(titled(objects, 'first').createAfter).toEqual([]);
  expect(titled(objects, 'first').wave).toBe(1);
  expect(titled(objects, 'second').waitsFor).toEqual([]);
});

test('namespaces come before everything else, by a wave of their own', () => {
  const objects = objectsOf({
    serviceAccountName: 'deployer',
    namespaces: [{ name: 'apps' }],
    sources: [FLEET],
    layers: [{ name: 'apps', namespace: 'apps', kustomization: {} }],
  });
  expect(objects.map(({ title, wave }) => [title, wave])).toEqual([
    ['namespaces/apps', 0],
    ['sources/fleet', 1],
    ['apps', 2],
  ]);
  expect(titled(objects, 'namespaces/apps').id).toBe('_apps__Namespace');
});

test('an ExternalSecret waits for the layers and components that it names, by the operator', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'stores', kustomization: {} },
      { name: 'more', components: [{ name: 'vault', kustomization: {} }] },
    ],
    secrets: {
      externalSecrets: [
        { name: 'app', dependsOn: ['stores', 'more/vault'], dataFrom: [{ extract: { key: 'app' } }] },
      ],
    },
  });
  const { createAfter, dependsOn, layer, wave } = titled(objects, 'externalSecrets/app');
  const kustomization = (name: string): string =>
    `flux-system_${name}_kustomize.toolkit.fluxcd.io_Kustomization`;
  expect({ createAfter, layer, wave }).toEqual({
    createAfter: [kustomization('stores'), kustomization('vault')],
    layer: undefined,
    wave: 2,
  });
  expect(dependsOn).toEqual(createAfter);
});

test('an object of another kind is held back by what it depends on, and holds back what depends on it', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'crds', kustomization: {} },
      {
        name: 'image',
        dependsOn: ['crds'],
        object: {
          apiVersion: 'image.toolkit.fluxcd.io/v1',
          kind: 'ImageRepository',
          spec: { image: 'example.com/shop', interval: '5m' },
        },
      },
      {
        name: 'policy',
        dependsOn: ['image'],
        object: {
          apiVersion: 'image.toolkit.fluxcd.io/v1',
          kind: 'ImagePolicy',
          spec: { imageRepositoryRef: { name: 'image' }, policy: { alphabetical: {} } },
        },
      },
      { name: 'apps', dependsOn: ['policy'], kustomization: {} },
    ],
  });
  for (const title of ['image', 'policy']) {
    const { dependsOn, createAfter } = titled(objects, title);
    expect(dependsOn).toHaveLength(1);
    expect(createAfter).toEqual(dependsOn);
  }
  const apps = titled(objects, 'apps');
  expect(apps.createAfter).toEqual(['flux-system_policy_image.toolkit.fluxcd.io_ImagePolicy']);
});
