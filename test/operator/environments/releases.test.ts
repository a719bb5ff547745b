import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const KUBE_CONFIG = { secretRef: { name: 'far' } };
const EAST = { name: 'east', kubeConfig: KUBE_CONFIG };
const WEST = { name: 'west', kubeConfig: KUBE_CONFIG };

/** A chart in these environments, with a target namespace where one is given. */
function spec(environments: object[], more: object = {}): object {
  const chart = { spec: { chart: 'web', version: '1.x' } };
  return {
    sources: [{ name: 'charts', helm: { url: 'https://example.com/charts' } }],
    layers: [{ name: 'web', helmRelease: { chart, ...more } }],
    environments,
  };
}

async function releaseOf(tenant: Tenant, name: string): Promise<unknown> {
  const { spec: found } = await tenant.get('HelmRelease', name);
  return (found as { releaseName?: unknown }).releaseName;
}

test('a release keeps its name when an environment comes to its cluster, and when that goes', async () => {
  const tenant = await Tenant.open(cluster.client);
  const [charts, east, west] = ['HelmRepository/charts', 'HelmRelease/web-east', 'HelmRelease/web-west'];
  await tenant.applyBlueprint(spec([EAST]));
  await tenant.untilGenerated([east, charts]);
  expect(await releaseOf(tenant, 'web-east')).toBe('web');
  await tenant.applyBlueprint(spec([EAST, WEST]));
  await tenant.untilGenerated([east, west, charts]);
  await tenant.reconcileNow();
  expect(await releaseOf(tenant, 'web-east')).toBe('web');
  expect(await releaseOf(tenant, 'web-west')).toBeUndefined();
  await tenant.applyBlueprint(spec([WEST]));
  await tenant.untilGenerated([west, charts]);
  await tenant.reconcileNow();
  expect(await releaseOf(tenant, 'web-west')).toBeUndefined();
});
