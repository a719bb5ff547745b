import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { intervalOf, openReady, untilInterval } from '../environments/staged.ts';
import { approve, untilWaits } from './revisions.ts';

const GUARDED = 'guarded';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster([`--require-approval=${GUARDED}`, '--max-deletions=1']);
  await cluster.client.makeNamespace(GUARDED);
});

afterAll(() => cluster.stop());

function spec(interval: string, names: readonly string[], rollout: object = {}): object {
  return { sources: [gitSource()], layers: names.map((name) => layer(name, [], { interval })), rollout };
}

test('in a namespace of --require-approval every change is approved, whatever the blueprint says', async () => {
  const tenant = Tenant.at(cluster.client, GUARDED);
  await tenant.applyBlueprint(spec('10m', ['apps'], { approval: 'Automatic' }));
  const first = await untilWaits(tenant, 'Approval');
  expect(await tenant.generated()).toEqual([]);
  await approve(tenant, first.plan?.digest);
  await tenant.bringUp();
  await tenant.applyBlueprint(spec('7m', ['apps'], { approval: 'Automatic' }));
  const { plan } = await untilWaits(tenant, 'Approval');
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await approve(tenant, plan?.digest);
  await untilInterval(tenant, 'apps', '7m');
});

test('elsewhere a change needs no approval, but for one that deletes more than --max-deletions', async () => {
  const tenant = await openReady(cluster.client, spec('10m', ['apps', 'base', 'more'], { maxDeletions: 5 }));
  await tenant.applyBlueprint(spec('7m', ['apps', 'base'], { maxDeletions: 5 }));
  await tenant.untilGone('Kustomization', 'more');
  await tenant.applyBlueprint({ ...spec('7m', ['other'], { maxDeletions: 5 }) });
  const { waitsFor } = await untilWaits(tenant, 'MaxDeletions');
  expect(waitsFor?.message).toContain('2 of 3 objects, and may delete 1');
  expect(await tenant.find('Kustomization', 'apps')).toBeDefined();
});
