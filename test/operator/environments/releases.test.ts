import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileIfCheap } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const KUBE_CONFIG = { secretRef: { name: 'far' } };
const EAST = { name: 'east', kubeConfig: KUBE_CONFIG };
const WEST = { name: 'west', kubeConfig: KUBE_CONFIG };

/** Values that make a blueprint too large to be compiled by the operator itself. */
const LARGE = { values: { filling: 'x'.repeat(250_000) } };

/** A chart in these environments, with a target namespace where one is given. */
function spec(environments: object[], more: object = {}): object {
  const chart = { spec: { chart: 'web', version: '1.x' } };
  return {
    sources: [{ name: 'charts', helm: { url: 'https://example.com/charts' } }],
    layers: [{ name: 'web', helmRelease: { chart, ...more } }],
    ...(environments.length === 0 ? {} : { environments }),
  };
}

async function releaseOf(tenant: Tenant, name: string): Promise<unknown> {
  const { spec: found } = await tenant.get('HelmRelease', name);
  return (found as { releaseName?: unknown }).releaseName;
}

const [CHARTS, AT_EAST, AT_WEST] = ['HelmRepository/charts', 'HelmRelease/web-east', 'HelmRelease/web-west'];

test.each([
  ['the operator itself', {}],
  ['another process', LARGE],
])(
  'a release keeps its name when an environment comes to its cluster, and when that goes: compiled by %s',
  async (_, more) => {
    const tenant = await Tenant.open(cluster.client);
    const small = compileIfCheap(tenant.manifest(spec([EAST], more)), offlineContext());
    expect(small === undefined).toBe('values' in more);
    await tenant.applyBlueprint(spec([EAST], more));
    await tenant.untilGenerated([AT_EAST, CHARTS]);
    expect(await releaseOf(tenant, 'web-east')).toBe('web');
    await tenant.applyBlueprint(spec([EAST, WEST], more));
    await tenant.untilGenerated([AT_EAST, AT_WEST, CHARTS]);
    await tenant.reconcileNow();
    expect(await releaseOf(tenant, 'web-east')).toBe('web');
    expect(await releaseOf(tenant, 'web-west')).toBeUndefined();
    await tenant.applyBlueprint(spec([WEST], more));
    await tenant.untilGenerated([AT_WEST, CHARTS]);
    await tenant.reconcileNow();
    expect(await releaseOf(tenant, 'web-west')).toBeUndefined();
  },
);

test('a blueprint that is restored without its status keeps the names of its releases', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(spec([EAST]));
  await tenant.untilGenerated([AT_EAST, CHARTS]);
  await tenant.applyBlueprint(spec([EAST, WEST]));
  await tenant.untilGenerated([AT_EAST, AT_WEST, CHARTS]);
  await tenant.reconcileNow();
  await cluster.operator.stop();
  await tenant.patch(tenant.blueprintRef(), { metadata: { finalizers: null } });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  await tenant.applyBlueprint(spec([EAST, WEST]));
  await cluster.restartOperator();
  await waitFor('the inventory is found again', async () => (await tenant.status()).inventory !== undefined);
  await tenant.reconcileNow();
  expect(await releaseOf(tenant, 'web-east')).toBe('web');
  expect(await releaseOf(tenant, 'web-west')).toBeUndefined();
});

test('a release that a change renames is a finding until the blueprint changes again', async () => {
  const tenant = await Tenant.open(cluster.client);
  const renamed = async (): Promise<string[]> => {
    await tenant.reconcileNow();
    const { findings = [] } = await tenant.status();
    return findings.filter(({ rule }) => rule === 'renamed-release').map(({ message }) => message);
  };
  await tenant.applyBlueprint(spec([], { releaseName: 'before' }));
  await tenant.untilThere('HelmRelease', 'web');
  expect(await renamed()).toEqual([]);
  await tenant.applyBlueprint(spec([], { releaseName: 'after' }));
  await waitFor('the release is another one', async () => (await releaseOf(tenant, 'web')) === 'after');
  const told = [expect.stringContaining('web: was the Helm release before')];
  for (const look of [renamed, renamed]) expect(await look()).toEqual(told);
  const notes = (await tenant.events()).filter(({ note }) => note.includes('(renamed-release)'));
  expect(notes).toHaveLength(1);
  await tenant.applyBlueprint(spec([], { releaseName: 'after', interval: '1h' }));
  expect(await renamed()).toEqual([]);
});
