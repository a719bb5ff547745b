import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../harness/operator/cluster.ts';
import { ENOUGH, grant, makeAccount } from '../harness/blueprint/accounts.ts';
import { chainSpec, gitSource, layer } from '../harness/blueprint/blueprints.ts';
import { Tenant } from '../harness/blueprint/tenant.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster([
    '--default-service-account=deployer',
    '--no-cross-namespace-refs',
    '--anti-patterns=Enforce',
  ]);
});

afterAll(() => cluster.stop());

test('a blueprint that names no account is written as the default one, with its rights and no others', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.untilCondition({ type: 'Stalled', says: '--default-service-account: ServiceAccount/' });
  await makeAccount(tenant);
  await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    says: `${tenant.namespace}:deployer" cannot`,
  });
  expect(await tenant.generated()).toEqual([]);
  await grant(tenant, ENOUGH);
  await tenant.reconcileNow();
  await tenant.bringUp();
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

test('another namespace is open to the default account where it has rights, and closed where it has none', async () => {
  const tenant = await Tenant.open(cluster.client);
  const closed = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  const remote = { ...gitSource('far'), namespace: closed.namespace };
  await tenant.applyBlueprint({
    sources: [gitSource(), remote],
    layers: [{ ...layer('base'), source: 'fleet' }],
  });
  const { message } = await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ApplyFailed' });
  expect(message).toContain(`GitRepository/${closed.namespace}/far`);
  expect(message).toContain(`${tenant.namespace}:deployer" cannot`);
  expect(await closed.find('GitRepository', 'far')).toBeUndefined();
});

test('a reference to a source of another namespace is refused with its path, in every form', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  const elsewhere = { kind: 'GitRepository', name: 'fleet', namespace: 'elsewhere' };
  await tenant.applyBlueprint({
    sources: [gitSource(), { name: 'theirs', sourceRef: elsewhere }],
    layers: [
      { name: 'pasted', kustomization: { path: './', sourceRef: elsewhere } },
      { name: 'named', source: 'theirs', kustomization: {} },
    ],
    notifications: {
      providers: [{ name: 'chat', type: 'slack', channel: 'c', secretRef: { name: 'chat' } }],
      alerts: [{ name: 'wide', providerRef: { name: 'chat' }, eventSources: [elsewhere] }],
    },
  });
  const { message } = await tenant.untilCondition({ type: 'Stalled', reason: 'InvalidBlueprint' });
  expect(message.split('\n').map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
    'spec.layers[0].kustomization.sourceRef.namespace',
    'spec.layers[1].source',
    'spec.notifications.alerts[0].eventSources[0].namespace',
  ]);
  expect(message).toContain('runs with --no-cross-namespace-refs');
  expect(await tenant.generated()).toEqual([]);
});

test('a blueprint can be stricter than the operator asks, and never laxer', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  const hasty = {
    name: 'fleet',
    git: { url: 'https://example.com/r', ref: { branch: 'main' }, interval: '5s' },
  };
  const policy = {
    antiPatterns: 'Disabled',
    exceptions: [{ rule: 'short-interval', target: 'sources/fleet', reason: 'we like it so' }],
  };
  await tenant.applyBlueprint({ sources: [hasty], layers: [layer('base')], policy });
  const { message } = await tenant.untilCondition({ type: 'Stalled', reason: 'InvalidBlueprint' });
  expect(message).toContain('spec.sources[0].git.interval');
  expect(await tenant.generated()).toEqual([]);
});

test('another account than the default one is found, and refused under Enforce', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  const other = { ...layer('base', [], { serviceAccountName: 'cluster-admin' }) };
  const exceptions = [{ rule: 'own-account', target: 'base', reason: 'we like it so' }];
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [other],
    policy: { antiPatterns: 'Disabled', exceptions },
  });
  const { message } = await tenant.untilCondition({ type: 'Stalled', reason: 'InvalidBlueprint' });
  expect(message).toContain('spec.layers[0].kustomization.serviceAccountName: base: is applied as');
  expect(message).toContain("in place of deployer, the operator's default account");
  expect(await tenant.generated()).toEqual([]);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('base')] });
  await tenant.bringUp();
});

test('no kind of Flux refers to a source of another namespace as an `object` either', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  const namespace = 'elsewhere';
  const objects = [
    {
      apiVersion: 'source.extensions.fluxcd.io/v1beta1',
      kind: 'ArtifactGenerator',
      spec: { sources: [{ alias: 'theirs', kind: 'GitRepository', name: 'fleet', namespace }] },
    },
    {
      apiVersion: 'image.toolkit.fluxcd.io/v1',
      kind: 'ImagePolicy',
      spec: { imageRepositoryRef: { name: 'shop', namespace }, policy: { alphabetical: {} } },
    },
  ];
  await tenant.applyBlueprint({
    layers: objects.map((object, i) => ({ name: `o${i}`, object })),
  });
  const { message } = await tenant.untilCondition({ type: 'Stalled', reason: 'InvalidBlueprint' });
  expect(message.split('\n').map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
    'spec.layers[0].object.spec.sources[0].namespace',
    'spec.layers[1].object.spec.imageRepositoryRef.namespace',
  ]);
});
