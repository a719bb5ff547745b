import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assessReadiness } from '../../../src/core/health/kstatus.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, chartLayer, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

test('a blueprint that no operator has looked at yet is not ready for who waits for it', async () => {
  const tenant = await Tenant.open(cluster.client);
  const asCreated = await tenant.applyBlueprint(chainSpec('base'));
  const why = 'has not been looked at since it changed';
  expect(assessReadiness(asCreated)).toEqual({ ready: false, why });
});

test('the plan says what a change still has to do, and is gone when that is done', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('old')] });
  await tenant.bringUp();
  expect((await tenant.status()).plan).toBeUndefined();
  // `late` waits for a HelmRelease that is not ready, and nothing goes before everything that is wanted is there.
  const layers = [chartLayer('chart'), layer('late', ['chart'])];
  await tenant.applyBlueprint({ sources: [gitSource()], layers });
  const plan = await waitFor('the plan is what is left', async () => {
    const { plan: seen } = await tenant.status();
    return seen?.create === 1 ? seen : undefined;
  });
  expect(plan).toEqual({
    digest: expect.stringMatching(/^sha256:/),
    create: 1,
    update: 0,
    delete: 1,
    names: [`create Kustomization/${tenant.namespace}/late`, `delete Kustomization/${tenant.namespace}/old`],
  });
  await tenant.bringUp();
  expect((await tenant.status()).plan).toBeUndefined();
});

test('the history has the last versions of the blueprint, and the outcome of each', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.untilThere('Kustomization', 'apps');
  await tenant.client.setReady(tenant.ref('Kustomization', 'apps'), 'False', 'BuildFailed', 'no such path');
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  const { history = [], conditions } = await tenant.status();
  expect(history.map(({ generation, lastReconciledStatus }) => [generation, lastReconciledStatus])).toEqual([
    [2, 'ComponentFailed'],
    [1, 'ReconciliationSucceeded'],
  ]);
  expect(conditions?.find(({ type }) => type === 'Ready')?.reason).toBe('ComponentFailed');
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const after = (await tenant.status()).history ?? [];
  expect(after.map(({ generation }) => generation)).toEqual([3, 2, 1]);
  expect(after[0]?.digest).toBe(after[2]?.digest);
});

test('while objects move, the status is written seldom, and in the end it is whole', async () => {
  const tenant = await Tenant.open(cluster.client);
  const names = Array.from({ length: 60 }, (_, i) => `app-${i}`);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: names.map((name) => layer(name)) });
  await tenant.untilThere('Kustomization', 'app-59');
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: '0/61 ready' });
  const versions = new Set<string>();
  const over = new AbortController();
  const look = (async () => {
    while (!over.signal.aborted) versions.add((await tenant.blueprint()).metadata.resourceVersion ?? '');
  })();
  for (const name of names) await tenant.client.setReady(tenant.ref('Kustomization', name), 'True');
  await tenant.client.setReady(tenant.ref('GitRepository', 'fleet'), 'True');
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '61/61 ready' });
  over.abort();
  await look;
  const { summary, layers = [] } = await tenant.status();
  expect(summary).toMatchObject({ ready: 61, progressing: 0, total: 61 });
  expect(layers.every(({ state }) => state === 'Ready')).toBe(true);
  console.log(`${names.length + 1} objects became ready in ${versions.size} versions of the blueprint`);
  expect(versions.size).toBeLessThan(names.length / 2);
});
