import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { ENOUGH, grant, removeAccount } from '../../harness/blueprint/accounts.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
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

/** A tenant whose account has its rights and whose blueprint is ready. */
async function openReady(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await tenant.applyBlueprint(asDeployer('base', 'apps'));
  await tenant.bringUp();
  return tenant;
}

const MISSING = { type: 'Stalled', status: 'True', reason: 'ServiceAccountMissing' } as const;

test('an account that does not exist gets nothing written, though a role binding names it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await removeAccount(tenant);
  await tenant.applyBlueprint(asDeployer('base'));
  const { message } = await tenant.untilCondition(MISSING);
  expect(message).toContain(
    `spec.serviceAccountName: ServiceAccount/${tenant.namespace}/deployer does not exist: make it`,
  );
  expect(await tenant.generated()).toEqual([]);
  await grant(tenant, ENOUGH);
  await tenant.bringUp();
});

test('an account that is removed in mid-life stops every write at once, and what runs keeps running', async () => {
  const tenant = await openReady();
  await removeAccount(tenant);
  await tenant.untilCondition(MISSING);
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint({ ...asDeployer('base'), commonMetadata: { labels: { team: 'other' } } });
  await tenant.untilCondition({ ...MISSING, says: 'does not exist' });
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await tenant.patch(tenant.ref('Kustomization', 'base'), { spec: { interval: '59m' } });
  await tenant.reconcileNow();
  expect(await tenant.get('Kustomization', 'base')).toMatchObject({ spec: { interval: '59m' } });
  await grant(tenant, ENOUGH);
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base']);
  expect(await tenant.get('Kustomization', 'base')).toMatchObject({ spec: { interval: '10m' } });
});

test('a deletion waits for an account that is gone, and goes on when it is back', async () => {
  const tenant = await openReady();
  await removeAccount(tenant);
  await tenant.untilCondition(MISSING);
  await tenant.deleteBlueprint();
  const { message } = await tenant.untilCondition({ type: 'Ready', reason: 'DeletionBlocked' });
  expect(message).toContain('3 objects are left');
  expect(message).toContain('deployer does not exist: make it again, or delete what is left by hand');
  expect(await tenant.generatedNames()).toHaveLength(3);
  await grant(tenant, ENOUGH);
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

test('a deletion without an account ends when others have deleted what is left, as with a namespace', async () => {
  const tenant = await openReady();
  await removeAccount(tenant);
  await tenant.untilCondition(MISSING);
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Ready', reason: 'DeletionBlocked' });
  for (const object of await tenant.generated()) {
    await tenant.client.cluster.delete(tenant.ref(object.kind, object.metadata.name));
  }
  await tenant.untilDeleted();
});
