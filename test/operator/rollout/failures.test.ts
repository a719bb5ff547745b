import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import {
  intervalOf,
  markReady,
  markStagingReady,
  openReady,
  staged,
  untilInterval,
} from '../environments/staged.ts';
import { approve, rolloutIn, underRollout, untilInForce, untilWaits } from './revisions.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

test('a change that is not ready in time goes back by itself, and is not tried again until somebody approves', async () => {
  const rollout = { progressDeadline: '4s', onFailure: 'Rollback' };
  const tenant = await openReady(cluster.client, underRollout('10m', rollout));
  await tenant.applyBlueprint(underRollout('7m', rollout));
  await untilInterval(tenant, 'apps', '7m');
  await untilInterval(tenant, 'apps', '10m');
  await markReady(tenant, 'apps', 'base');
  const { plan, waitsFor, revision } = await untilWaits(tenant, 'Approval');
  expect(revision).toBe(1);
  expect(waitsFor?.message).toContain(
    'revision 2 was not ready within 4s, and is not tried again there by itself',
  );
  expect((await tenant.events()).map(({ reason }) => reason)).toContain('RolledBack');
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await approve(tenant, plan?.digest);
  await untilInterval(tenant, 'apps', '7m');
  await markReady(tenant, 'apps', 'base');
  await untilInForce(tenant, 2);
});

test('a change that failed and stays goes on to no other environment', async () => {
  const rollout = { progressDeadline: '3s' };
  const tenant = await openReady(cluster.client, { ...staged(), rollout });
  await tenant.applyBlueprint({ ...staged({ interval: '7m' }), rollout });
  await untilInterval(tenant, 'apps-staging', '7m');
  await waitFor('it has failed', async () => {
    return rolloutIn(await tenant.status(), 'staging').inForce?.failed !== undefined;
  });
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await markStagingReady(tenant);
  await untilInterval(tenant, 'apps', '7m');
});
