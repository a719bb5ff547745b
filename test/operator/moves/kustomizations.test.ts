import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { MOVES_TO } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { MovingCluster } from './moving-cluster.ts';

let moving: MovingCluster;

beforeAll(async () => {
  moving = await MovingCluster.start();
});

afterEach(() => moving.stopPlaying());

afterAll(() => moving.stop());

const shop = (name: string, more: object = {}): object => ({
  name,
  path: './shop',
  kustomization: { ...more },
});
const layers = (...of: object[]): object => ({ sources: [gitSource()], layers: of });

async function readSpec(tenant: Tenant, name: string): Promise<Record<string, unknown>> {
  return (await tenant.get('Kustomization', name))['spec'] as Record<string, unknown>;
}

test('a Kustomization that got another name takes everything along', async () => {
  const { tenant, flux } = await moving.open(layers(shop('shop')));
  await tenant.applyBlueprint(layers(shop('store')));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/store']);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
  expect(flux.deployed).toEqual([`./shop by Kustomization/${tenant.namespace}/store`]);
  const { plan, inventory } = await tenant.status();
  expect(plan).toBeUndefined();
  expect(JSON.stringify(inventory)).not.toContain('"shop"');
  // The new one is as the blueprint says: not suspended.
  expect(await readSpec(tenant, 'store')).not.toHaveProperty('suspend');
});

test('the new one is not made before Flux has let go of the old one, and the status says what moves', async () => {
  const { tenant, flux } = await moving.open(layers(shop('shop')));
  await flux.stop();
  await tenant.applyBlueprint(layers(shop('store')));
  const name = `Kustomization/${tenant.namespace}/shop`;
  await tenant.untilCondition({ type: 'Ready', says: `${name}, which is suspended` });
  const old = await tenant.get('Kustomization', 'shop');
  expect(old['spec']).toMatchObject({ suspend: true, deletionPolicy: 'Orphan' });
  expect(old.metadata.annotations).toMatchObject({ [MOVES_TO]: `${tenant.namespace}/store` });
  expect(await tenant.find('Kustomization', 'store')).toBeUndefined();
  expect((await tenant.status()).plan).toMatchObject({
    ...{ create: 0, delete: 0, move: 1 },
    names: [`move ${name} to ${tenant.namespace}/store`],
  });
});

test('what is wanted again before it has moved comes back as it was', async () => {
  const { tenant, flux } = await moving.open(layers(shop('shop', { deletionPolicy: 'WaitForTermination' })));
  await flux.stop();
  await tenant.applyBlueprint(layers(shop('store')));
  await waitFor('the old one is released', async () => (await readSpec(tenant, 'shop'))['suspend'] === true);
  await tenant.applyBlueprint(layers(shop('shop', { deletionPolicy: 'WaitForTermination' })));
  await waitFor('the old one is back', async () => !('suspend' in (await readSpec(tenant, 'shop'))));
  await waitFor('its policy is back', async () => {
    return (await readSpec(tenant, 'shop'))['deletionPolicy'] === 'WaitForTermination';
  });
  const { annotations = {} } = (await tenant.get('Kustomization', 'shop')).metadata;
  expect(annotations).not.toHaveProperty(MOVES_TO);
});

test('a move that was turned round in the middle loses nothing', async () => {
  const { tenant, flux } = await moving.open(layers(shop('shop')), { applyMs: () => 300 });
  await tenant.applyBlueprint(layers(shop('store')));
  await tenant.untilThere('Kustomization', 'store');
  await tenant.applyBlueprint(layers(shop('shop')));
  await tenant.untilGone('Kustomization', 'store');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
  expect(flux.deployed).toEqual([`./shop by Kustomization/${tenant.namespace}/shop`]);
});

test('what somebody suspended by hand moves too', async () => {
  const { tenant, flux } = await moving.open(layers(shop('shop')));
  await tenant.patch(tenant.ref('Kustomization', 'shop'), { spec: { suspend: true } });
  await tenant.applyBlueprint(layers(shop('store')));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/store']);
  expect(flux.deleted).toEqual([]);
});

test('one that is resumed by hand in the middle of its move is released again', async () => {
  const { tenant, flux } = await moving.open(layers(shop('shop')), { applyMs: () => 200 });
  const resume = async (): Promise<KubeObject> =>
    tenant.patch(tenant.ref('Kustomization', 'shop'), { spec: { suspend: false } });
  await tenant.applyBlueprint(layers(shop('store')));
  await waitFor('it is released', async () => (await readSpec(tenant, 'shop'))['suspend'] === true);
  await resume().catch(() => undefined);
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/store']);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
  expect(flux.deployed).toEqual([`./shop by Kustomization/${tenant.namespace}/store`]);
});

test('what the new one does not deploy is told, and the old one stays until somebody deletes it', async () => {
  const contents = new Map([['./shop', ['web', 'database']]]);
  const { tenant, flux } = await moving.open(layers(shop('shop')), { contents });
  contents.set('./shop', ['web']);
  await tenant.applyBlueprint(layers(shop('store')));
  await waitFor(
    'the finding is told',
    async () => (await tenant.status()).findings?.[0]?.rule === 'left-behind',
  );
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: 'does not deploy all that it did' });
  const { findings = [], plan } = await tenant.status();
  expect(findings[0]).toMatchObject({ severity: 'warning', path: 'spec.layers[0]' });
  expect(findings[0]?.message).toContain('ConfigMap/deployed/database');
  expect(plan).toMatchObject({ move: 1, delete: 0 });
  await tenant.reconcileNow();
  expect(flux.deleted).toEqual([]);
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'shop'));
  await tenant.untilGone('Kustomization', 'shop');
  await waitFor('nothing is told any more', async () => (await tenant.status()).findings === undefined);
  expect(flux.deleted).toEqual([]);
});

test('a name that is used again at once for something else loses neither', async () => {
  const at = (name: string, path: string): object => ({ name, path, kustomization: {} });
  const { tenant, flux } = await moving.open(layers(at('a', './1'), at('b', './2')), { applyMs: () => 100 });
  await tenant.applyBlueprint(layers(at('b', './1'), at('c', './2')));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/b', 'Kustomization/c']);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
  const { namespace } = tenant;
  expect(flux.deployed).toEqual([
    `./1 by Kustomization/${namespace}/b`,
    `./2 by Kustomization/${namespace}/c`,
  ]);
  expect(await readSpec(tenant, 'b')).not.toHaveProperty('suspend');
});

test('two that change places wait, and say why', async () => {
  const at = (name: string, path: string): object => ({ name, path, kustomization: {} });
  const { tenant, flux } = await moving.open(layers(at('a', './1'), at('b', './2')));
  await tenant.applyBlueprint(layers(at('b', './1'), at('a', './2')));
  await tenant.untilCondition({ type: 'Ready', says: 'changes places with another one' });
  await tenant.reconcileNow();
  expect(await readSpec(tenant, 'a')).toMatchObject({ path: './1' });
  expect(flux.deleted).toEqual([]);
});

test('components change layers, names and namespaces at once, and sources go along', async () => {
  const other = await Tenant.open(moving.cluster.client);
  const tenant = await Tenant.open(moving.cluster.client);
  const flux = await moving.play();
  const { serviceAccountName } = { serviceAccountName: 'deployer' };
  await moving.cluster.client.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'deployer', namespace: tenant.namespace },
  });
  await moving.cluster.client.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `deployer-${tenant.namespace}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'deployer', namespace: tenant.namespace }],
  });
  const inPlace = (name: string): object => ({
    name,
    git: { url: 'https://example.com/own.git', ref: { branch: 'main' } },
    kustomization: { path: './own' },
  });
  const at = (name: string, path: string, more: object = {}): object => ({
    name,
    path,
    kustomization: {},
    ...more,
  });
  await tenant.applyBlueprint({
    serviceAccountName,
    sources: [gitSource()],
    layers: [{ name: 'apps', components: [at('a', './a'), at('b', './b'), at('c', './c')] }, inPlace('own')],
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  const before = flux.deployed.map((one) => one.split(' ')[0]);
  await tenant.applyBlueprint({
    serviceAccountName,
    sources: [gitSource()],
    layers: [
      { name: 'front', namespace: other.namespace, components: [at('a', './a')] },
      {
        name: 'back',
        dependsOn: ['front'],
        components: [at('bb', './b'), at('c', './c', { namespace: other.namespace })],
      },
      inPlace('mine'),
    ],
  });
  await waitFor('all have moved', async () => {
    const names = (await tenant.generated()).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`,
    );
    const wanted = [
      `GitRepository ${tenant.namespace} fleet`,
      `GitRepository ${tenant.namespace} mine`,
      `Kustomization ${other.namespace} a`,
      `Kustomization ${other.namespace} c`,
      `Kustomization ${tenant.namespace} bb`,
      `Kustomization ${tenant.namespace} mine`,
    ];
    if (names.sort().join() === wanted.sort().join()) return true;
    throw new Error(names.join(', '));
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted.filter((one) => one.includes(tenant.namespace))).toEqual([]);
  expect(flux.deployed.map((one) => one.split(' ')[0])).toEqual(before);
});
