import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHAPES } from '../../core/compile/expense/shapes.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const sources = [gitSource()];

/** Blueprints that the API server admits and the compiler refuses: what, the spec, where and why. */
const REFUSED: [string, object, string, string?][] = [
  [
    'a circle of dependencies',
    { sources, layers: [layer('one', ['two']), layer('two', ['one'])] },
    'spec.layers[0].dependsOn[0]: the dependencies go in a circle, so that none could ever start: one → two → one',
  ],
  [
    'a dependency on itself',
    { sources, layers: [layer('base'), layer('apps', ['base', 'apps'])] },
    'spec.layers[1].dependsOn[1]: the dependencies go in a circle, so that none could ever start: apps → apps',
  ],
  [
    'an unknown dependency',
    { sources, layers: [layer('infrastructure'), layer('apps', ['infrastucture'])] },
    'spec.layers[1].dependsOn[0]: no layer or component is named "infrastucture"; did you mean "infrastructure"?',
  ],
  [
    'a name that is a layer and a component',
    {
      sources,
      layers: [
        layer('base'),
        {
          name: 'apps',
          components: [layer('base'), { ...layer('shop'), dependsOn: ['base'] }].map((item) => ({
            ...item,
            objectName: `apps-${(item as { name: string }).name}`,
          })),
        },
      ],
    },
    'spec.layers[1].components[1].dependsOn[0]: "base" is a layer and a component of this layer: write "base/" for the layer or "apps/base" for the component',
  ],
  [
    'two items that are one object',
    {
      sources,
      layers: [layer('apps'), { name: 'more', components: [layer('apps')] }],
    },
    'spec.layers[1].components[0]: more/apps and apps (spec.layers[0]) are both Kustomization NAMESPACE/apps: give one of them an `objectName`',
  ],
  [
    'a field that Flux does not know',
    { sources, layers: [layer('apps', [], { retryIntervall: '1m' })] },
    'spec.layers[0].kustomization.retryIntervall: unknown field; did you mean "retryInterval"?',
  ],
  [
    'a field of a source that Flux does not know',
    { sources: [gitSource('fleet', { reference: {} })], layers: [] },
    'spec.sources[0].git.reference: unknown field',
  ],
  [
    'a source that does not exist',
    { sources, layers: [{ ...layer('apps'), source: 'fleeet' }] },
    'spec.layers[0].source: no source is named "fleeet"; did you mean "fleet"?',
  ],
  [
    'a source of a kind that does not fit',
    {
      sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
      layers: [{ ...layer('apps'), source: 'charts' }],
    },
    'spec.layers[0].source: apps cannot take a HelmRepository as its source',
  ],
  [
    'variables of 0.9 MB for 400 Kustomizations',
    SHAPES['large variables for many Kustomizations']?.() ?? {},
    'spec.variables: takes about 911 kB in each of 400 objects, and all manifests together would take about 364.4 MB; 32 MB are allowed',
    'TooExpensive',
  ],
  [
    'an integer that may have lost digits',
    {
      sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
      layers: [
        {
          name: 'web',
          source: 'charts',
          helmRelease: {
            chart: { spec: { chart: 'web' } },
            values: { id: 2 ** 53 },
          },
        },
      ],
    },
    'spec.layers[0].helmRelease.values.id: is an integer beyond 9007199254740991, whose last digits may be lost: quote it, if text will do',
  ],
  [
    'an alert on a layer that does not exist',
    {
      sources,
      layers: [layer('apps')],
      notifications: { alerts: [{ name: 'shop', providerRef: { name: 'chat' }, layers: ['shop'] }] },
    },
    'spec.notifications.alerts[0].layers[0]: no layer is named "shop"',
  ],
];

test.each(REFUSED)(
  '%s stalls the blueprint with the place and the reason, and nothing is written',
  async (_, spec, says, reason = 'InvalidBlueprint') => {
    const tenant = await Tenant.open(cluster.client);
    await tenant.applyBlueprint(spec);
    const message = says.replace('NAMESPACE', tenant.namespace);
    await tenant.untilCondition({
      type: 'Stalled',
      status: 'True',
      reason,
      says: message,
    });
    const { metadata, status } = await tenant.blueprint();
    expect(status?.conditions?.map(({ type, status: value }) => `${type}=${value}`)).toEqual([
      'Ready=False',
      'Stalled=True',
    ]);
    // Whether there is one to recover is not known yet.
    expect(status).not.toHaveProperty('inventory');
    expect(metadata.finalizers).toBeUndefined();
    expect(await tenant.generated()).toEqual([]);
  },
);

test('one condition names every problem with its path, and so does one event', async () => {
  const tenant = await Tenant.open(cluster.client);
  const spec = {
    sources: [gitSource('fleet', { intervall: '5m' })],
    layers: [
      layer('base', ['nowhere']),
      layer('apps', ['base'], { prunes: true }),
      { ...layer('shop', ['bsae']), source: 'elsewhere' },
    ],
  };
  await tenant.applyBlueprint(spec);
  const { message } = await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  expect(message.split('\n').map((line) => line.split(': ')[0])).toEqual([
    'spec.layers[0].dependsOn[0]',
    'spec.layers[1].kustomization.prunes',
    'spec.layers[2].dependsOn[0]',
    'spec.layers[2].source',
    'spec.sources[0].git.intervall',
  ]);
  await tenant.reconcileNow();
  const events = await waitFor('the event is there', async () => {
    const reported = await tenant.events();
    return reported.length > 0 ? reported : undefined;
  });
  expect(events).toEqual([{ type: 'Warning', reason: 'InvalidBlueprint', note: message, count: 1 }]);
});

test('a running blueprint that becomes invalid deletes nothing and keeps what runs, and goes on when it is mended', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'middle', 'apps'));
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  const { inventory } = await tenant.status();
  await tenant.applyBlueprint({ sources, layers: [layer('base'), layer('apps', ['midle'])] });
  await tenant.untilCondition({
    type: 'Stalled',
    status: 'True',
    says: 'no layer or component is named "midle"',
  });
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toEqual(before);
  expect((await tenant.status()).inventory).toEqual(inventory);

  await tenant.applyBlueprint({ sources, layers: [layer('base'), layer('apps', ['base'])] });
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base', 'Kustomization/apps']);
  expect((await tenant.status()).conditions?.map(({ type }) => type)).toEqual(['Ready']);
});

test('what the cluster forbids is reported with its place in the blueprint, and the rest runs on', async () => {
  const tenant = await Tenant.open(cluster.client);
  const withPath = (path: string): object => ({
    sources,
    layers: [layer('base'), layer('apps', [], { path })],
  });
  await tenant.applyBlueprint(withPath('./apps'));
  await tenant.bringUp();
  const refusal = await forbidPath(tenant, './forbidden');
  await tenant.applyBlueprint(withPath('./forbidden'));
  const { message } = await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ApplyFailed' });
  expect(message).toContain(`spec.layers[1]: Kustomization/${tenant.namespace}/apps was not accepted: `);
  expect(message).toContain(refusal);
  expect(await tenant.get('Kustomization', 'apps')).toMatchObject({ spec: { path: './apps' } });
  await tenant.untilCondition({ type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry' });
  await tenant.applyBlueprint(withPath('./allowed'));
  await tenant.bringUp();
});

/** Has the API server refuse Kustomizations of a path in the namespace of a tenant; answers its sentence. */
async function forbidPath(tenant: Tenant, path: string): Promise<string> {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const name = tenant.namespace;
  const message = 'this path is not for you';
  await tenant.client.apply({
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['kustomize.toolkit.fluxcd.io'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['kustomizations'],
          },
        ],
      },
      validations: [{ expression: `object.spec.path != '${path}'`, message }],
    },
  });
  await tenant.client.apply({
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
    },
  });
  const probe = {
    apiVersion: tenant.ref('Kustomization', 'probe').apiVersion,
    kind: 'Kustomization',
    metadata: { name: 'probe', namespace: name },
    spec: { interval: '5m', prune: false, path, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
  };
  await waitFor('the policy is in force', () =>
    tenant.client.cluster.apply(probe, { fieldManager: 'test', dryRun: true }).then(
      () => false,
      (error: unknown) => String(error).includes(message),
    ),
  );
  return message;
}
