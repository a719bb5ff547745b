import { expect, test } from '@jest/globals';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { FLEET, blueprintOf, objectsOf, problemsOf, titled } from '../compiling.ts';

const STAGING_AND_PRODUCTION = [{ name: 'staging' }, { name: 'production', suffix: '', after: 'staging' }];

function namesOf(ids: readonly string[]): string[] {
  return ids.map((id) => id.split('_').slice(1, 2).join());
}

function named(objects: readonly DesiredObject[], name: string): DesiredObject {
  const found = objects.find(({ ref }) => ref.name === name && ref.kind !== 'GitRepository');
  if (found === undefined) throw new Error(`nothing is named ${name}`);
  return found;
}

/** What each component of an environment depends on, by names, sources left out. */
function edgesOf(spec: object, environment: object): Record<string, string[]> {
  const objects = objectsOf({ ...spec, environments: [{ name: 'e', suffix: '', ...environment }] });
  const components = objects.filter(({ layer, ref }) => layer !== undefined || ref.kind === 'ExternalSecret');
  return Object.fromEntries(
    components.map(({ ref, dependsOn }) => [
      ref.name,
      namesOf(dependsOn).filter((name) => name !== FLEET.name),
    ]),
  );
}

test('an environment is known by its objects, and what all share is in none', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [{ name: 'apps', kustomization: {} }],
    notifications: { providers: [{ name: 'chat', type: 'slack' }] },
    environments: STAGING_AND_PRODUCTION,
  });
  expect(objects.map(({ ref, environment, title }) => [ref.name, environment, title]).sort()).toEqual([
    ['apps', 'production', 'apps (production)'],
    ['apps-staging', 'staging', 'apps (staging)'],
    ['chat', undefined, 'providers/chat'],
    ['fleet', undefined, 'sources/fleet'],
  ]);
});

test('the desired state says in which order environments come', () => {
  const compiled = compile(
    blueprintOf({ sources: [FLEET], environments: STAGING_AND_PRODUCTION }),
    offlineContext(),
  );
  expect(compiled.ok && compiled.desired.environments).toEqual([
    { name: 'staging', after: undefined },
    { name: 'production', after: 'staging' },
  ]);
});

test('what an environment waits for stays within it', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'infra', kustomization: {} },
      { name: 'chart', dependsOn: ['infra'], helmRelease: { chart: { spec: { chart: './web' } } } },
      { name: 'apps', dependsOn: ['chart'], kustomization: {} },
    ],
    environments: STAGING_AND_PRODUCTION,
  });
  for (const { environment, dependsOn, createAfter } of objects) {
    const ids = new Map(objects.map((object) => [object.id, object.environment]));
    for (const id of [...dependsOn, ...createAfter]) expect([environment, undefined]).toContain(ids.get(id));
  }
  expect(namesOf(named(objects, 'apps').createAfter)).toEqual(['chart']);
  expect(namesOf(named(objects, 'apps-staging').createAfter)).toEqual(['chart-staging']);
});

test('a field has its origin in the blueprint or in the environment, whichever wrote it', () => {
  const objects = objectsOf({
    defaults: { kustomization: { timeout: '5m' } },
    variables: { substitute: { A: '1', B: '1' } },
    sources: [FLEET],
    layers: [
      { name: 'gone', kustomization: {} },
      { name: 'apps', components: [{ name: 'web', kustomization: { force: true, retryInterval: '1m' } }] },
    ],
    environments: [
      { name: 'other' },
      {
        name: 'staging',
        kubeConfig: { secretRef: { name: 'remote' } },
        defaults: { kustomization: { timeout: '1m' } },
        variables: { substitute: { B: '2' } },
        layers: [
          { name: 'extra', kustomization: { suspend: true } },
          { name: 'gone', omit: true },
          { name: 'apps', components: [{ name: 'web', kustomization: { force: false } }] },
        ],
      },
    ],
  });
  const web = named(objects, 'web-staging');
  expect(web.path).toBe('spec.layers[1].components[0]');
  expect(web.originOf(['force'])).toBe('spec.environments[1].layers[2].components[0].kustomization.force');
  expect(web.originOf(['retryInterval'])).toBe('spec.layers[1].components[0].kustomization.retryInterval');
  expect(web.originOf(['timeout'])).toBe('spec.environments[1].defaults.kustomization.timeout');
  expect(web.originOf(['kubeConfig', 'secretRef', 'name'])).toBe(
    'spec.environments[1].kubeConfig.secretRef.name',
  );
  expect(web.originOf(['postBuild', 'substitute', 'A'])).toBe('spec.variables.substitute.A');
  expect(web.originOf(['postBuild', 'substitute', 'B'])).toBe('spec.environments[1].variables.substitute.B');
  const extra = named(objects, 'extra-staging');
  expect(extra.path).toBe('spec.environments[1].layers[0]');
  expect(extra.originOf(['suspend'])).toBe('spec.environments[1].layers[0].kustomization.suspend');
  expect(named(objects, 'web-other').originOf(['timeout'])).toBe('spec.defaults.kustomization.timeout');
});

const ORDERED = {
  sources: [FLEET],
  layers: [
    { name: 'crds', kustomization: {} },
    { name: 'configs', kustomization: {} },
    {
      name: 'data',
      dependsOn: ['crds'],
      components: [
        { name: 'operator', kustomization: {} },
        { name: 'postgres', dependsOn: ['operator', 'configs'], kustomization: {} },
        { name: 'backup', dependsOn: ['postgres'], kustomization: {} },
      ],
    },
    {
      name: 'apps',
      dependsOn: ['data/postgres'],
      components: [
        { name: 'web', kustomization: {} },
        { name: 'configs', objectName: 'own-configs', kustomization: {} },
        { name: 'jobs', dependsOn: ['web'], kustomization: {} },
      ],
    },
  ],
  secrets: {
    externalSecrets: [
      { name: 'password', dependsOn: ['data/postgres'], dataFrom: [{ extract: { key: 'app' } }] },
    ],
  },
};

test.each<[string, object, Record<string, string[]>]>([
  [
    'a component: a component of another layer waits for its siblings, by their full name',
    { layers: [{ name: 'data', components: [{ name: 'postgres', omit: true }] }] },
    { web: ['configs', 'operator'], backup: ['configs', 'operator'], password: ['configs', 'operator'] },
  ],
  [
    'components without dependencies of their own: those of the layer stand in',
    {
      layers: [{ name: 'data', components: ['operator', 'postgres'].map((name) => ({ name, omit: true })) }],
    },
    { web: ['configs', 'crds'], backup: ['configs', 'crds'], password: ['configs', 'crds'] },
  ],
  [
    'a layer: what its components waited for stands in too, and is not taken for a component of the same name',
    { layers: [{ name: 'data', omit: true }] },
    { web: ['configs', 'crds'], 'own-configs': ['configs', 'crds'], password: ['configs', 'crds'] },
  ],
  [
    'every component of a layer: as the layer itself',
    {
      layers: [
        {
          name: 'data',
          components: ['operator', 'postgres', 'backup'].map((name) => ({ name, omit: true })),
        },
      ],
    },
    { web: ['configs', 'crds'], password: ['configs', 'crds'] },
  ],
])('order is kept over what is left out, %s', (_, environment, expected) => {
  expect(edgesOf(ORDERED, environment)).toMatchObject(expected);
});

test('a source that is left out takes nothing from a layer of the same name', () => {
  const spec = {
    sources: [FLEET, { name: 'crds', helm: { url: 'https://example.com' } }],
    layers: [
      { name: 'crds', kustomization: {} },
      { name: 'apps', dependsOn: ['crds'], kustomization: {} },
    ],
  };
  expect(edgesOf(spec, { sources: [{ name: 'crds', omit: true }] })).toEqual({ apps: ['crds'], crds: [] });
});

test('defaults of an environment take none of those of the blueprint away', () => {
  const objects = objectsOf({
    defaults: { git: { timeout: '30s' }, helmRelease: { timeout: '3m' }, kustomization: { timeout: '4m' } },
    sources: [FLEET],
    layers: [
      { name: 'apps', kustomization: {} },
      { name: 'web', helmRelease: { chart: { spec: { chart: './web' } } } },
    ],
    environments: [
      {
        name: 'e',
        sources: [{ name: 'fleet', git: { interval: '1m' } }],
        defaults: { oci: { interval: '1m' }, kustomization: { force: true } },
      },
    ],
  });
  const timeouts = objects.map(({ manifest }) => (manifest['spec'] as { timeout?: string }).timeout);
  expect(timeouts.sort()).toEqual(['30s', '3m', '4m']);
});

test('a component that names another kind of source in an environment gives up the one it had', () => {
  const objects = objectsOf({
    sources: [FLEET],
    layers: [
      { name: 'a', source: 'fleet', kustomization: {} },
      { name: 'b', git: { url: 'https://example.com/b.git' }, kustomization: {} },
    ],
    environments: [
      {
        name: 'e',
        suffix: '',
        layers: [
          { name: 'a', oci: { url: 'oci://example.com/apps' } },
          { name: 'b', source: 'fleet' },
        ],
      },
    ],
  });
  const sources = objects.map(({ manifest }) => (manifest['spec'] as { sourceRef?: object }).sourceRef);
  expect(sources.filter((ref) => ref !== undefined)).toEqual([
    { kind: 'OCIRepository', name: 'a' },
    { kind: 'GitRepository', name: 'fleet' },
  ]);
  expect(objects).toHaveLength(4);
});

test('many layers in many environments are refused before they are drafted', () => {
  const components = Array.from({ length: 500 }, (_, i) => ({ name: `c${i}`, kustomization: {} }));
  const spec = {
    sources: [FLEET],
    layers: Array.from({ length: 20 }, (_, i) => ({ name: `l${i}`, components })),
    environments: Array.from({ length: 50 }, (_, i) => ({ name: `e${i}` })),
  };
  expect(problemsOf(spec)).toEqual([
    { rule: 'too-many', path: 'spec', message: expect.stringContaining('at least 10000 objects') },
  ]);
});

test('a name that is wrong in the blueprint is reported once, not for each environment', () => {
  const problems = problemsOf({
    sources: [FLEET, FLEET],
    layers: [{ name: 'apps', dependsOn: ['nowhere'], source: 'flet', kustomization: { intervall: '1m' } }],
    environments: STAGING_AND_PRODUCTION,
  });
  expect(problems.map(({ path, rule }) => [path, rule])).toEqual([
    ['spec.layers[0].dependsOn[0]', 'unknown-name'],
    ['spec.layers[0].kustomization.intervall', 'unknown-field'],
    ['spec.layers[0].source', 'unknown-name'],
    ['spec.sources[1]', 'duplicate'],
  ]);
});

test('a component of an environment waits for the same objects of others', () => {
  const vault = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'vault', namespace: 'vault' };
  const objects = objectsOf({
    sources: [FLEET],
    layers: [{ name: 'apps', dependsOnObjects: [vault], kustomization: {} }],
    environments: STAGING_AND_PRODUCTION,
  });
  for (const title of ['apps (staging)', 'apps (production)'])
    expect(titled(objects, title).waitsFor).toEqual([{ ...vault, readyExpr: undefined }]);
});
