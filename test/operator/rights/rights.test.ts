import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { ENOUGH, grant, makeAccount } from '../../harness/blueprint/accounts.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** {@link chainSpec} as the account `deployer`. */
function asDeployer(...layers: string[]): object {
  return { ...chainSpec(...layers), serviceAccountName: 'deployer' };
}

test('with an account everything is written as that account, and every Kustomization gets it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await tenant.applyBlueprint(asDeployer('base', 'apps'));
  await tenant.bringUp();
  expect(await tenant.get('Kustomization', 'apps')).toMatchObject({
    spec: { serviceAccountName: 'deployer' },
  });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

test('an account without rights gets nothing written: the operator never uses its own', async () => {
  const tenant = await Tenant.open(cluster.client);
  await makeAccount(tenant);
  await tenant.applyBlueprint(asDeployer('base'));
  const { message, reason } = await tenant.untilCondition({ type: 'Ready', status: 'False' });
  expect(reason).toBe('ApplyFailed');
  const user = `User "system:serviceaccount:${tenant.namespace}:deployer" cannot get resource`;
  expect(message).toContain(`spec.layers[0]: Kustomization/${tenant.namespace}/base`);
  expect(message).toContain(`spec.sources[0]: GitRepository/${tenant.namespace}/fleet`);
  expect(message).toContain(`${user} "kustomizations"`);
  await tenant.reconcileNow();
  expect(await tenant.generated()).toEqual([]);
  expect(await tenant.find('GitRepository', 'fleet')).toBeUndefined();
});

test('where the account may read and not write, the condition says which object and why, and it goes on when it may', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, { ...ENOUGH, 'kustomizations.kustomize.toolkit.fluxcd.io': ['get'] });
  await tenant.applyBlueprint(asDeployer('base', 'apps'));
  const { message } = await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ApplyFailed' });
  expect(message).toContain(`spec.layers[0]: Kustomization/${tenant.namespace}/base was not accepted`);
  expect(message).toMatch(/cannot patch resource "kustomizations"/);
  await tenant.untilGenerated(['GitRepository/fleet']);
  await grant(tenant, ENOUGH);
  await tenant.bringUp();
});

test('a right that is taken away stops changes of that blueprint alone, and what runs keeps running', async () => {
  const tenant = await Tenant.open(cluster.client);
  const neighbour = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await tenant.applyBlueprint(asDeployer('base', 'apps'));
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  await grant(tenant, { ...ENOUGH, 'kustomizations.kustomize.toolkit.fluxcd.io': ['get'] });
  await tenant.applyBlueprint({ ...asDeployer(), layers: [layer('base', [], { interval: '1h' })] });
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: '/base was not accepted' });
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await neighbour.applyBlueprint(chainSpec('base'));
  await neighbour.bringUp();
  await grant(tenant, ENOUGH);
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base']);
  expect(await tenant.get('Kustomization', 'base')).toMatchObject({ spec: { interval: '1h' } });
});

test('a deletion that the account may not make is reported, keeps the finalizer, and goes on when it may', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await tenant.applyBlueprint(asDeployer('base', 'apps'));
  await tenant.bringUp();
  await grant(tenant, { ...ENOUGH, 'kustomizations.kustomize.toolkit.fluxcd.io': ['get'] });
  await tenant.deleteBlueprint();
  const { message } = await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    reason: 'DeletionBlocked',
  });
  expect(message).toContain('3 objects are left');
  expect(message).toContain(`Kustomization/${tenant.namespace}/apps cannot be deleted`);
  expect(message).toMatch(/cannot delete resource "kustomizations"/);
  expect(await tenant.generatedNames()).toHaveLength(3);
  await grant(tenant, ENOUGH);
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

test('what may not be pruned is reported and stays in the inventory until it may', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await tenant.applyBlueprint(asDeployer('base', 'apps'));
  await tenant.bringUp();
  await grant(tenant, {
    ...ENOUGH,
    'kustomizations.kustomize.toolkit.fluxcd.io': ['get', 'create', 'patch'],
  });
  await tenant.applyBlueprint(asDeployer('base'));
  const { message } = await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'PruneFailed' });
  expect(message).toContain(
    `Kustomization/${tenant.namespace}/apps is no longer wanted and cannot be deleted`,
  );
  const tracked = readInventory(await tenant.status());
  expect(tracked.map(({ id }) => id.split('_')[1])).toContain('apps');
  await grant(tenant, ENOUGH);
  await tenant.bringUp();
  await tenant.untilGone('Kustomization', 'apps');
});

test('an account that has rights in another namespace can write there', async () => {
  const tenant = await Tenant.open(cluster.client);
  const elsewhere = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await grant(tenant, ENOUGH, elsewhere.namespace);
  const remote = { ...layer('apps'), namespace: elsewhere.namespace };
  await tenant.applyBlueprint({ ...asDeployer(), layers: [layer('base'), remote] });
  await tenant.bringUp();
  expect(await elsewhere.get('Kustomization', 'apps')).toMatchObject({
    spec: { sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: tenant.namespace } },
  });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await elsewhere.find('Kustomization', 'apps')).toBeUndefined();
});

test('an account that has none there is refused there, and the rest of its wave is written', async () => {
  const tenant = await Tenant.open(cluster.client);
  const elsewhere = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await grant(tenant, { 'kustomizations.kustomize.toolkit.fluxcd.io': ['get'] }, elsewhere.namespace);
  const remote = { ...layer('apps'), namespace: elsewhere.namespace };
  await tenant.applyBlueprint({ ...asDeployer(), layers: [layer('base'), remote] });
  await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    says: `spec.layers[1]: Kustomization/${elsewhere.namespace}/apps was not accepted`,
  });
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base']);
});

test('without an account another namespace is refused before anything is written', async () => {
  const tenant = await Tenant.open(cluster.client);
  const elsewhere = await Tenant.open(cluster.client);
  const remote = { ...layer('apps'), namespace: elsewhere.namespace };
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('base'), remote] });
  await tenant.untilCondition({
    type: 'Stalled',
    status: 'True',
    reason: 'InvalidBlueprint',
    says: /spec\.layers\[1\]\.namespace: .* without `serviceAccountName` can write to its own namespace only/,
  });
  expect(await tenant.generated()).toEqual([]);
});
