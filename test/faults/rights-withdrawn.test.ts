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

test('a blueprint whose account loses its rights in mid-life stands still, never by the rights of the operator, and goes on when they come back', async () => {
  const tenant = await FaultTenant.open(cluster, 'withdrawn', ACCOUNT);
  await tenant.apply(chainSpec('base', 'apps'));
  await untilConverged(cluster);
  const objects = await tenant.render();
  const before = await readVersions(tenant, objects);
  await tenant.revoke();

  const { sources } = chainSpec('base');
  await tenant.apply({ sources, layers: [layer('base', [], { interval: '1h' }), layer('new', ['base'])] });
  await untilCondition(tenant, { type: 'Ready', status: 'False' }, /orbidden|cannot/);
  await reconcileNow(tenant);
  expect(await readVersions(tenant, objects)).toEqual(before);

  await tenant.grant();
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`an account without its rights, in a change: ${describeCounts(findings)}`);
});

test('a blueprint whose account has lost its rights keeps its objects and its finalizer when it is deleted, until they come back', async () => {
  const tenant = await FaultTenant.open(cluster, 'withdrawn-deleted', ACCOUNT);
  const others = await FaultTenant.open(cluster, 'not-withdrawn');
  await others.apply(chainSpec('base'));
  await tenant.apply(chainSpec('base', 'apps'));
  await untilConverged(cluster);
  const objects = await tenant.render();
  const before = await readVersions(tenant, objects);
  await tenant.revoke();

  await tenant.delete();
  const { metadata } = await untilCondition(tenant, { type: 'Ready', reason: 'DeletionBlocked' });
  expect(metadata.finalizers).toContain(FINALIZER);
  expect(await readVersions(tenant, objects)).toEqual(before);
  await others.apply(chainSpec('base', 'apps'));

  await tenant.grant();
  await tenant.untilGone();
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`an account without its rights, in a deletion: ${describeCounts(findings)}`);
});
