import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { grantAll } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const CHART = { chart: { spec: { chart: 'web', version: '1.x' } } };

/** A chart whose HelmRelease and source have this name, and whose release is `web`. */
function chart(name: string, more: object = {}): object {
  return {
    sources: [{ name, helm: { url: 'https://charts.example.com' } }],
    layers: [{ name, source: name, helmRelease: { ...CHART, releaseName: 'web', ...more } }],
  };
}

/** What a rule finds in a blueprint now. */
async function messagesOf(tenant: Tenant, rule: string, name: string): Promise<string[]> {
  const { findings = [] } = await tenant.status(name);
  return findings.filter((finding) => finding.rule === rule).map(({ message }) => message);
}

/**
 * Waits until a blueprint that nobody asks to be reconciled says that the other deploys the same, or no longer does.
 */
async function untilSays(
  tenant: Tenant,
  rule: string,
  name: string,
  says: string | undefined,
): Promise<void> {
  await waitFor(`${name} says ${says ?? 'nothing'} of ${rule}`, async () => {
    const messages = await messagesOf(tenant, rule, name);
    if (says === undefined ? messages.length === 0 : messages.some((message) => message.includes(says)))
      return true;
    throw new Error(JSON.stringify(messages));
  });
}

test.each([
  ['small ones', {}],
  ['of which only an outline is held', { values: { filling: 'x'.repeat(300_000) } }],
])(
  'two blueprints of a namespace with one Helm release both say so until one is gone: %s',
  async (_, more) => {
    const tenant = await Tenant.open(cluster.client);
    const { namespace } = tenant;
    await tenant.applyBlueprint(chart('first', more), 'first');
    await tenant.untilThere('HelmRelease', 'first');
    await tenant.applyBlueprint(chart('second', more), 'second');
    for (const [one, other] of [
      ['first', 'second'],
      ['second', 'first'],
    ] as const)
      await untilSays(
        tenant,
        'shared-release',
        one,
        `is the Helm release web stored in namespace ${namespace}, as HelmRelease/${namespace}/${other} of FluxBlueprint ${namespace}/${other} is`,
      );
    await tenant.deleteBlueprint('second');
    await tenant.untilDeleted('second');
    await untilSays(tenant, 'shared-release', 'first', undefined);
  },
);

test('a HelmRelease that nobody generated is named, and refuses nothing under Enforce', async () => {
  const tenant = await Tenant.open(cluster.client);
  const { apiVersion, kind } = tenant.ref('HelmRelease', 'by-hand');
  const metadata = { name: 'by-hand', namespace: tenant.namespace };
  const sourceRef = { kind: 'HelmRepository', name: 'charts' };
  const byHand = { ...CHART, chart: { spec: { ...CHART.chart.spec, sourceRef } }, interval: '1h' };
  await tenant.client.apply(
    { apiVersion, kind, metadata, spec: { ...byHand, releaseName: 'web' } },
    'kubectl',
  );
  await tenant.applyBlueprint({ ...chart('mine'), policy: { antiPatterns: 'Enforce' } });
  await tenant.untilThere('HelmRelease', 'mine');
  const whose = `as HelmRelease/${tenant.namespace}/by-hand, which no blueprint made, is`;
  await untilSays(tenant, 'shared-release', 'platform', whose);
  await tenant.patch(tenant.ref('HelmRelease', 'by-hand'), { spec: { releaseName: 'other' } }, 'kubectl');
  await untilSays(tenant, 'shared-release', 'platform', undefined);
});

test('two blueprints of a namespace that deploy one path to one place both say so', async () => {
  const tenant = await Tenant.open(cluster.client);
  const [mine, theirs] = [layer('mine', [], { path: './apps' }), layer('theirs', [], { path: './apps' })];
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [mine] }, 'mine');
  const existing = { name: 'fleet', sourceRef: { kind: 'GitRepository', name: 'fleet' } };
  await tenant.applyBlueprint({ sources: [existing], layers: [theirs] }, 'theirs');
  const { namespace } = tenant;
  await untilSays(tenant, 'shared-path', 'mine', `Kustomization/${namespace}/theirs of FluxBlueprint`);
  await untilSays(tenant, 'shared-path', 'theirs', `Kustomization/${namespace}/mine of FluxBlueprint`);
});

test('nothing of another namespace is told, even where it is the same release', async () => {
  const victim = await Tenant.open(cluster.client);
  const asker = await Tenant.open(cluster.client);
  await grantAll(asker);
  await victim.applyBlueprint(chart('jewel'), 'jewel');
  await victim.untilThere('HelmRelease', 'jewel');
  const there = { storageNamespace: victim.namespace };
  await asker.applyBlueprint({ ...chart('asker', there), serviceAccountName: 'deployer' }, 'asker');
  await asker.untilThere('HelmRelease', 'asker');
  for (const [tenant, name] of [
    [asker, 'asker'],
    [victim, 'jewel'],
  ] as const) {
    await tenant.reconcileNow(name);
    expect(await messagesOf(tenant, 'shared-release', name)).toEqual([]);
  }
});
