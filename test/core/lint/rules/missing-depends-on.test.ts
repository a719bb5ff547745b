import { expect, test } from '@jest/globals';
import { lint } from '../../../../src/core/lint/lint.ts';
import { growthOf } from '../../cpu-time.ts';
import { liveObject } from '../../live.ts';
import { FLEET, findingsOf, inputOf, observing, reportedBy } from '../linting.ts';

const RULE = 'missing-depends-on';

function layer(name: string, dependsOn?: string[], more: object = {}): object {
  return { name, kustomization: {}, ...(dependsOn === undefined ? {} : { dependsOn }), ...more };
}

function reported(layers: object[], more: object = {}): string[] {
  return reportedBy(RULE, { sources: [FLEET], layers, ...more });
}

test('a layer with no edge beside layers that have some is reported', () => {
  const layers = [layer('infrastructure'), layer('apps', ['infrastructure']), layer('monitoring')];
  expect(reported(layers)).toEqual(['warning spec.layers[2] monitoring']);
});

test.each<[string, object[]]>([
  ['one layer', [layer('apps')]],
  ['layers of which none is ordered', [layer('a'), layer('b'), layer('c')]],
  ['a first layer on which others build', [layer('a'), layer('b', ['a'])]],
  ['two first layers', [layer('a'), layer('b'), layer('c', ['a', 'b'])]],
  [
    'a chain of which only the fewest edges are kept',
    [layer('a'), layer('b', ['a']), layer('c', ['a', 'b'])],
  ],
])('%s: nothing is reported', (_, layers) => {
  expect(reported(layers)).toEqual([]);
});

test("an edge of one of a layer's components counts for the layer, one inside it does not", () => {
  const components = [layer('x'), layer('y', ['x'])];
  expect(reported([layer('a'), layer('b', ['a']), { name: 'c', components }])).toEqual([
    'warning spec.layers[2] c',
  ]);
  const outward = [layer('x'), layer('y', ['a'])];
  expect(reported([layer('a'), layer('b', ['a']), { name: 'c', components: outward }])).toEqual([]);
  expect(reported([layer('a'), layer('b', ['c/x']), { name: 'c', components }])).toEqual([
    'warning spec.layers[0] a',
  ]);
});

test('what others make and Flux knows of is waited for too', () => {
  const vault = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'vault' };
  expect(
    reported([layer('a'), layer('b', ['a']), layer('c', undefined, { dependsOnObjects: [vault] })]),
  ).toEqual([]);
  const pasted = { name: 'c', kustomization: { dependsOn: [{ name: 'flux-system' }] } };
  expect(reported([layer('a'), layer('b', ['a']), pasted])).toEqual([]);
});

test('an ExternalSecret that waits for a layer orders it', () => {
  const secrets = {
    externalSecrets: [
      {
        name: 's',
        secretStoreRef: { name: 'v' },
        dependsOn: ['stores'],
        dataFrom: [{ extract: { key: 'app' } }],
      },
    ],
  };
  const layers = [layer('a'), layer('b', ['a']), layer('stores')];
  expect(reported(layers, { secrets })).toEqual([]);
});

test('a layer that deploys nothing needs no order', () => {
  const object = {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImageRepository',
    spec: { image: 'example.com/shop', interval: '10m' },
  };
  expect(reported([layer('a'), layer('b', ['a']), { name: 'images', object }])).toEqual([]);
});

test('a layer that an environment orders is ordered', () => {
  const environments = [
    { name: 'staging' },
    { name: 'production', layers: [{ name: 'c', dependsOn: ['b'] }] },
  ];
  expect(reported([layer('a'), layer('b', ['a']), layer('c')], { environments })).toEqual([]);
  expect(
    reported([layer('a'), layer('b', ['a']), layer('c')], { environments: [{ name: 'staging' }] }),
  ).toEqual(['warning spec.layers[2] c']);
});

const generator = {
  name: 'slices',
  object: {
    apiVersion: 'source.extensions.fluxcd.io/v1beta1',
    kind: 'ArtifactGenerator',
    spec: {
      sources: [{ alias: 'repo', kind: 'GitRepository', name: 'fleet' }],
      artifacts: [{ name: 'shop', copy: [{ from: '@repo/shop/**', to: '@artifact/' }] }],
    },
  },
};

test('a component that does not wait for the ArtifactGenerator which makes its source is reported', () => {
  const sourceRef = { kind: 'ExternalArtifact', name: 'shop' };
  const shop = (dependsOn?: string[]): object => ({
    name: 'shop',
    kustomization: { sourceRef },
    ...(dependsOn === undefined ? {} : { dependsOn }),
  });
  const spec = (...components: object[]): object => ({ layers: [{ name: 'apps', components }] });
  expect(reportedBy(RULE, spec(generator, shop()))).toEqual([
    'warning spec.layers[0].components[1].kustomization.sourceRef.name apps/shop',
  ]);
  expect(reportedBy(RULE, spec(generator, shop(['slices'])))).toEqual([]);
  const between = { name: 'between', kustomization: { sourceRef: { kind: 'GitRepository', name: 'x' } } };
  expect(reportedBy(RULE, spec(generator, { ...between, dependsOn: ['slices'] }, shop(['between'])))).toEqual(
    [],
  );
});

test('a component that does not wait for the Kustomization which applied its source is reported', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'infrastructure',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const live = liveObject({ kind: 'HelmRepository', metadata: { name: 'charts', labels } });
  const observed = observing({
    live: ({ kind, name }) => (kind === 'HelmRepository' && name === 'charts' ? live : undefined),
  });
  const chart = {
    spec: { chart: 'db', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
  };
  const spec = (dependsOn: object): object => ({
    sources: [FLEET],
    layers: [layer('infrastructure'), { name: 'db', helmRelease: { chart }, ...dependsOn }],
  });
  const [finding, ...more] = findingsOf(spec({}), { observed });
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    rule: RULE,
    target: 'db',
    seenIn: 'cluster',
    path: 'spec.layers[1].helmRelease.chart.spec.sourceRef.name',
  });
  expect(finding?.message).toMatch(/HelmRepository\/flux-system\/charts, is made by infrastructure/);
  expect(findingsOf(spec({}))).toEqual([]);
  expect(findingsOf(spec({ dependsOn: ['infrastructure'] }), { observed })).toEqual([]);
});

test('a Kustomization may apply its own source, as Flux bootstrap does', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'flux-system',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const observed = observing({ live: () => liveObject({ kind: 'GitRepository', metadata: { labels } }) });
  const kustomization = { sourceRef: { kind: 'GitRepository', name: 'flux-system' } };
  expect(reportedBy(RULE, { layers: [{ name: 'flux-system', kustomization }] }, { observed })).toEqual([]);
});

test('a layer that waits for an ExternalSecret, or is waited for by one, is ordered', () => {
  const secret = { name: 'db', dependsOn: ['base'], dataFrom: [{ extract: { key: 'app' } }] };
  const layers = [layer('base'), layer('apps', ['externalSecrets/db'])];
  expect(reported(layers, { secrets: { externalSecrets: [secret] } })).toEqual([]);
});

/** So many ArtifactGenerators, and a chain of as many Kustomizations after all of them, each with one as its source. */
function generatorsAndUsers(count: number): object {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const generators = numbers.map((i) => ({
    name: `g${i}`,
    object: {
      apiVersion: 'source.extensions.fluxcd.io/v1beta1',
      kind: 'ArtifactGenerator',
      spec: { artifacts: [{ name: `a${i}` }] },
    },
  }));
  const users = numbers.map((i) => ({
    name: `u${i}`,
    dependsOn: [i % 100 === 0 ? (i === 0 ? 'generators' : `users-${i / 100 - 1}/u${i - 1}`) : `u${i - 1}`],
    kustomization: { sourceRef: { kind: 'ExternalArtifact', name: `a${i}` } },
  }));
  const layers = Array.from({ length: count / 100 }, (_, i) => ({
    name: `users-${i}`,
    components: users.slice(i * 100, i * 100 + 100),
  }));
  return { sources: [FLEET], layers: [{ name: 'generators', components: generators }, ...layers] };
}

test('a chain waits for all that its first link waits for, and that is found in time', () => {
  expect(reportedBy(RULE, generatorsAndUsers(100))).toEqual([]);
  const growth = growthOf(
    5,
    (count) => {
      const input = inputOf(generatorsAndUsers(count));
      return () => lint(input);
    },
    100,
  );
  // Twenty-five times, were it quadratic.
  expect(growth).toBeLessThan(12);
});
