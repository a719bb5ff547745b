import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FINALIZER } from '../../src/api/names.ts';
import { chainSpec, layer } from '../harness/blueprint/blueprints.ts';
import { describeCounts } from './audit/audit.ts';
import { report, untilConverged } from './audit/converge.ts';
import { FaultCluster } from './cluster/fault-cluster.ts';
import { readVersions, reconcileNow, untilCondition } from './cluster/observe-tenant.ts';
import { ACCOUNT, FaultTenant } from './cluster/fault-tenant.ts';

let cluster: FaultCluster;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  await cluster.startOperator();
});

afterAll(() => cluster.stop());

const CLEAN = { orphans: [], lost: [], foreign: [], escalations: [] };

/** How many writes were let through as the account of a tenant. */
async function countWrites({ namespace }: FaultTenant): Promise<number> {
  const user = `system:serviceaccount:${namespace}:${ACCOUNT}`;
  const writes = await cluster.controlPlane.auditedWrites();
  return writes.filter(({ impersonatedUser }) => impersonatedUser?.username === user).length;
}

/** A tenant whose blueprint is in order, and whose account is then removed; its rights stay behind. */
async function openWithoutAccount(namespace: string): Promise<FaultTenant> {
  const tenant = await FaultTenant.open(cluster, namespace, ACCOUNT);
  await tenant.apply(chainSpec('base', 'apps'));
  await untilConverged(cluster);
  await tenant.deleteAccount();
  return tenant;
}

test('a blueprint whose account is removed in mid-life stalls, nothing is written as anybody, and it goes on when the account is back', async () => {
  const tenant = await openWithoutAccount('removed');
  const objects = await tenant.render();
  const [before, writes] = [await readVersions(tenant, objects), await countWrites(tenant)];
  const { sources } = chainSpec('base');
  await tenant.apply({ sources, layers: [layer('base', [], { interval: '1h' }), layer('new', ['base'])] });
  await untilCondition(tenant, { type: 'Stalled', status: 'True' }, ACCOUNT);
  await reconcileNow(tenant);
  expect(await readVersions(tenant, objects)).toEqual(before);
  expect(await countWrites(tenant)).toBe(writes);

  await tenant.makeAccount();
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`an account removed before a change: ${describeCounts(findings)}`);
});

test('a blueprint whose account is removed keeps its objects and its finalizer when it is deleted, until the account is back', async () => {
  const tenant = await openWithoutAccount('removed-deleted');
  const objects = await tenant.render();
  const [before, writes] = [await readVersions(tenant, objects), await countWrites(tenant)];
  await tenant.delete();
  const { metadata } = await untilCondition(tenant, { type: 'Ready', reason: 'DeletionBlocked' }, ACCOUNT);
  expect(metadata.finalizers).toContain(FINALIZER);
  await reconcileNow(tenant);
  expect(await readVersions(tenant, objects)).toEqual(before);
  expect(await countWrites(tenant)).toBe(writes);

  await tenant.makeAccount();
  await tenant.untilGone();
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`an account removed before a deletion: ${describeCounts(findings)}`);
});
