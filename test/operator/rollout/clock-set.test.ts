import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { settableClock } from '../../faults/clock/set-clock.ts';
import { versionsOf } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { intervalOf, markStagingReady, openReady, staged, untilInterval } from '../environments/staged.ts';
import { rolloutIn, underRollout, untilInForce, untilWaits } from './revisions.ts';

const HOUR_MS = 3_600_000;

const clock = settableClock();
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster([], clock.node);
});

afterEach(() => clock.set(cluster.operator, 0));

afterAll(async () => {
  await cluster.stop();
  clock.remove();
});

/** A window that is open in a day, and not now or a day ago. */
function tomorrow(): object {
  const [from, until] = [12, 36].map((hours) => new Date(Date.now() + hours * HOUR_MS).toISOString());
  return { name: 'tomorrow', kind: 'Allow', from, until };
}

test('an operator whose clock jumps a day ahead and back opens windows by it, and loses no change', async () => {
  const rollout = { windows: [tomorrow()] };
  const tenant = await openReady(cluster.client, underRollout('10m', {}));
  await tenant.applyBlueprint(underRollout('7m', rollout));
  await untilWaits(tenant, 'Window');
  await clock.set(cluster.operator, 24);
  await untilInForce(tenant, 2);
  await untilInterval(tenant, 'apps', '7m');
  await clock.set(cluster.operator, 0);
  // What came in force stays, and is kept so.
  const before = versionsOf(await tenant.generated());
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '1m' } });
  await untilInterval(tenant, 'apps', '7m');
  await tenant.applyBlueprint(underRollout('5m', rollout));
  await untilWaits(tenant, 'Window');
  await clock.set(cluster.operator, -24);
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('7m');
  await clock.set(cluster.operator, 24);
  await tenant.reconcileNow();
  await untilInForce(tenant, 3);
  await untilInterval(tenant, 'apps', '5m');
});

test('a soak that began on a day ahead lasts no longer once the clock is set back', async () => {
  await clock.set(cluster.operator, 24);
  const rollout = { soak: '3s' };
  const tenant = await openReady(cluster.client, { ...staged(), rollout });
  await tenant.applyBlueprint({ ...staged({ interval: '7m' }), rollout: { soak: '1h' } });
  await untilInterval(tenant, 'apps-staging', '7m');
  await markStagingReady(tenant);
  const { waitsFor } = await waitFor('production waits for the end of the soak', async () => {
    const found = rolloutIn(await tenant.status(), 'production');
    return found.waitsFor?.opens === undefined ? undefined : found;
  });
  expect(Date.parse(waitsFor?.opens ?? '')).toBeGreaterThan(Date.now() + 24 * HOUR_MS);
  await clock.set(cluster.operator, 0);
  await tenant.applyBlueprint({ ...staged({ interval: '7m' }), rollout });
  await untilInterval(tenant, 'apps', '7m');
});
