import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { type ReadMetrics, readMetrics } from '../../harness/operator/metrics.ts';
import { chainSpec, everyKindSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

async function scrape(): Promise<ReadMetrics> {
  const address = String(cluster.operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr']);
  const response = await fetch(`http://${address}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return readMetrics(await response.text());
}

const COUNTERS = {
  created: ['fluxblueprint_applies_total', { cause: 'create' }],
  updated: ['fluxblueprint_applies_total', { cause: 'update' }],
  drifted: ['fluxblueprint_applies_total', { cause: 'drift' }],
  repaired: ['fluxblueprint_drift_repaired_total', {}],
  pruned: ['fluxblueprint_pruned_total', {}],
} as const;

type Counts = Record<keyof typeof COUNTERS, number>;

function count(metrics: ReadMetrics): Counts {
  const entries = Object.entries(COUNTERS).map(([what, [name, labels]]) => [
    what,
    metrics.value(name, labels),
  ]);
  return Object.fromEntries(entries) as Counts;
}

/** What was counted while `act` ran. Nothing else happens in this cluster. */
async function countDuring(act: () => Promise<unknown>): Promise<Counts> {
  const before = count(await scrape());
  await act();
  const after = count(await scrape());
  const differences = Object.entries(after).map(([what, value]) => [
    what,
    value - before[what as keyof Counts],
  ]);
  return Object.fromEntries(differences) as Counts;
}

const NONE: Counts = { created: 0, updated: 0, drifted: 0, repaired: 0, pruned: 0 };

test('the whole life of a blueprint adds up, and nothing is left of it when it is gone', async () => {
  const tenant = await Tenant.open(cluster.client);
  const labels = { namespace: tenant.namespace, name: 'platform' };
  const objects = async (state: string) =>
    (await scrape()).value('fluxblueprint_objects', { ...labels, state });

  const birth = await countDuring(async () => {
    await tenant.applyBlueprint(chainSpec('base', 'middle', 'apps'));
    await tenant.bringUp();
  });
  expect(birth).toEqual({ ...NONE, created: 4 });
  expect((await scrape()).value('fluxblueprint_ready', labels)).toBe(1);
  expect(await objects('ready')).toBe(4);

  const drift = await countDuring(async () => {
    await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m', path: './else' } });
    await waitFor('it is repaired', async () => {
      const { path } = (await tenant.get('Kustomization', 'apps'))['spec'] as { path: string };
      return path === './apps';
    });
    await tenant.reconcileNow();
  });
  expect(drift).toEqual({ ...NONE, drifted: 1, repaired: 1 });

  const skippedBefore = (await scrape()).value('fluxblueprint_applies_skipped_total') ?? 0;
  expect(await countDuring(() => tenant.reconcileNow())).toEqual(NONE);
  const skipped = ((await scrape()).value('fluxblueprint_applies_skipped_total') ?? 0) - skippedBefore;
  expect(skipped).toBeGreaterThanOrEqual(4);

  const change = await countDuring(async () => {
    await tenant.applyBlueprint(chainSpec('base', 'middle'));
    await tenant.bringUp();
    await tenant.untilGone('Kustomization', 'apps');
    await tenant.reconcileNow();
  });
  expect(change).toEqual({ ...NONE, pruned: 1 });
  expect(await objects('ready')).toBe(3);

  const update = await countDuring(async () => {
    const spec = chainSpec('base', 'middle');
    Object.assign(spec.layers[1] ?? {}, { path: './changed' });
    await tenant.applyBlueprint(spec);
    await tenant.reconcileNow();
  });
  expect(update).toEqual({ ...NONE, updated: 1 });

  await tenant.applyBlueprint({ ...chainSpec('base', 'middle'), suspend: true });
  await waitFor('it is shown as suspended', async () => {
    return (await scrape()).value('fluxblueprint_suspended', labels) === 1;
  });
  const death = await countDuring(async () => {
    await tenant.deleteBlueprint();
    await tenant.untilDeleted();
    await waitFor(
      'its series are gone',
      async () => (await scrape()).value('fluxblueprint_ready', labels) === undefined,
    );
  });
  expect(death).toEqual({ ...NONE, pruned: 3 });
  const metrics = await scrape();
  const left = [...metrics.families.keys()]
    .flatMap((name) => metrics.series(name))
    .filter(({ namespace }) => namespace === tenant.namespace);
  expect(left).toEqual([]);
});

test('a blueprint that is wrong is shown as stalled, and no longer once it is right', async () => {
  const tenant = await Tenant.open(cluster.client);
  const labels = { namespace: tenant.namespace, name: 'platform' };
  const states = async () => {
    const metrics = await scrape();
    return ['ready', 'stalled'].map((state) => metrics.value(`fluxblueprint_${state}`, labels));
  };
  await tenant.applyBlueprint({
    ...chainSpec('base'),
    layers: [{ name: 'base', source: 'nowhere', kustomization: {} }],
  });
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  await waitFor('it is shown', async () => (await states()).join() === '0,1');
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  await waitFor('it is shown', async () => (await states()).join() === '1,0');
});

test('requests, reconciles and the queue are counted while it works, and labels are few and known', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(everyKindSpec());
  await tenant.bringUp();
  const metrics = await scrape();
  const controller = 'fluxblueprint';
  const { host } = new URL(cluster.controlPlane.url);
  const requests = metrics.series('rest_client_requests_total');
  expect(new Set(requests.map((labels) => labels['host']))).toEqual(new Set([host]));
  expect(metrics.value('rest_client_requests_total', { code: '200', method: 'PATCH', host })).toBeGreaterThan(
    0,
  );
  expect(metrics.value('rest_client_request_duration_seconds_count', { verb: 'GET', host })).toBeGreaterThan(
    0,
  );
  const reconciles = ['success', 'error', 'requeue', 'requeue_after'].map(
    (result) => metrics.value('controller_runtime_reconcile_total', { controller, result }) ?? 0,
  );
  const all = reconciles.reduce((sum, each) => sum + each, 0);
  expect(metrics.value('controller_runtime_reconcile_time_seconds_count', { controller })).toBe(all);
  expect(metrics.value('workqueue_adds_total', { name: controller, controller })).toBeGreaterThanOrEqual(all);
  const ours = [...metrics.families.keys()].filter((name) => name.startsWith('fluxblueprint_'));
  const names = new Set(
    ours.flatMap((name) => metrics.series(name)).flatMap((labels) => Object.keys(labels)),
  );
  expect([...names].sort()).toEqual(['cause', 'name', 'namespace', 'severity', 'state', 'version']);
  // Three states, five counts of objects and three of findings for each blueprint, however many objects it has.
  const mine = ours
    .flatMap((name) => metrics.series(name))
    .filter(({ namespace }) => namespace === tenant.namespace);
  expect(mine).toHaveLength(11);
});
