import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { FLEET, blueprintOf } from '../../compiling.ts';

/** The paths at which references across namespaces are refused. */
function refusedAt(spec: object): string[] {
  const context = { ...offlineContext(), noCrossNamespaceRefs: true, defaultAccount: 'deployer' };
  const compiled = compile(blueprintOf(spec), context);
  if (compiled.ok) return [];
  return compiled.problems.map(({ rule, path }) => `${rule} ${path}`);
}

const THEIRS = { kind: 'GitRepository', name: 'fleet', namespace: 'elsewhere' };

test('a source of another namespace is refused where it is named: by the component, by its layer, or in the block', () => {
  const sources = [FLEET, { name: 'theirs', sourceRef: THEIRS }];
  const chart = { spec: { chart: './db', sourceRef: THEIRS } };
  expect(
    refusedAt({
      sources,
      layers: [
        { name: 'named', source: 'theirs', kustomization: {} },
        { name: 'layer', source: 'theirs', components: [{ name: 'a', kustomization: {} }] },
        { name: 'native', kustomization: { path: '../../', sourceRef: THEIRS } },
        { name: 'chart', helmRelease: { chart } },
        { name: 'fleet', source: 'fleet', kustomization: {} },
      ],
    }),
  ).toEqual([
    'cross-namespace spec.layers[0].source',
    'cross-namespace spec.layers[1].source',
    'cross-namespace spec.layers[2].kustomization.sourceRef.namespace',
    'cross-namespace spec.layers[3].helmRelease.chart.spec.sourceRef.namespace',
  ]);
});

test('what a chart calls a sourceRef in its values is no reference', () => {
  const values = { sourceRef: THEIRS };
  const layers = [{ name: 'db', helmRelease: { chart: { spec: { chart: './db' } }, values } }];
  expect(refusedAt({ sources: [FLEET], layers })).toEqual([]);
});

/** An `object` of each kind of Flux that refers to a source in a way of its own, and where it does. */
const OBJECTS: [string, string, object, string][] = [
  [
    'source.extensions.fluxcd.io/v1beta1',
    'ArtifactGenerator',
    {
      sources: [
        { alias: 'own', kind: 'GitRepository', name: 'fleet' },
        { alias: 'theirs', ...THEIRS },
      ],
      artifacts: [{ name: 'x', copy: [{ from: '@theirs/**', to: '@artifact/' }] }],
    },
    'sources[1]',
  ],
  [
    'image.toolkit.fluxcd.io/v1',
    'ImagePolicy',
    { imageRepositoryRef: { name: 'shop', namespace: 'elsewhere' }, policy: { semver: { range: '1.x' } } },
    'imageRepositoryRef',
  ],
  [
    'image.toolkit.fluxcd.io/v1beta2',
    'ImageUpdateAutomation',
    { interval: '5m', sourceRef: THEIRS, git: {} },
    'sourceRef',
  ],
  ['source.toolkit.fluxcd.io/v1', 'ExternalArtifact', { sourceRef: THEIRS }, 'sourceRef'],
];

test.each(OBJECTS)('%s %s as an `object` refers to no other namespace', (apiVersion, kind, spec, at) => {
  const layers = [{ name: 'a', object: { apiVersion, kind, spec } }];
  expect(refusedAt({ layers })).toEqual([`cross-namespace spec.layers[0].object.spec.${at}.namespace`]);
  const own = JSON.parse(JSON.stringify(spec).replaceAll('elsewhere', 'flux-system')) as object;
  expect(refusedAt({ layers: [{ name: 'a', object: { apiVersion, kind, spec: own } }] })).toEqual([]);
  // In the namespace of the source the reference stays at home.
  expect(refusedAt({ layers: [{ ...layers[0], namespace: 'elsewhere' }] })).toEqual([]);
});

test('alerts, receivers and environments refer to no other namespace', () => {
  const secretRef = { name: 'token' };
  const notifications = {
    providers: [{ name: 'chat', type: 'slack', address: 'https://hooks.example.com' }],
    alerts: [{ name: 'all', providerRef: { name: 'chat' }, eventSources: [{ ...THEIRS, name: '*' }] }],
    receivers: [{ name: 'hook', type: 'github', secretRef, resources: [THEIRS] }],
  };
  const layers = [{ name: 'a', kustomization: {} }];
  const environments = [{ name: 'staging', layers: [{ name: 'a', kustomization: { sourceRef: THEIRS } }] }];
  expect(refusedAt({ sources: [FLEET], layers, notifications, environments })).toEqual([
    'cross-namespace spec.environments[0].layers[0].kustomization.sourceRef.namespace',
    'cross-namespace spec.notifications.alerts[0].eventSources[0].namespace',
    'cross-namespace spec.notifications.receivers[0].resources[0].namespace',
  ]);
});

test('what is deployed, patched or waited for in other namespaces is no reference to a source', () => {
  const target = { kind: 'Deployment', name: 'x', namespace: 'elsewhere' };
  const kustomization = {
    dependsOn: [{ name: 'x', namespace: 'elsewhere' }],
    healthChecks: [{ apiVersion: 'apps/v1', ...target }],
    patches: [{ patch: 'kind: Deployment', target }],
    postBuild: { substitute: { namespace: 'elsewhere', name: 'x' } },
    targetNamespace: 'elsewhere',
  };
  expect(refusedAt({ sources: [FLEET], layers: [{ name: 'a', kustomization }] })).toEqual([]);
});
