import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Crd, crdRef, removeCrd } from '../../harness/api-server/crds.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const NO_BUCKET =
  'spec.sources[1].bucket: this cluster does not serve Bucket (source.toolkit.fluxcd.io): install Flux, or its controller for that group';

function withBucket(): object {
  const bucket = { bucketName: 'assets', endpoint: 'storage.example.com' };
  return {
    sources: [gitSource(), { name: 'assets', bucket }],
    layers: [{ ...layer('base'), source: 'fleet' }],
  };
}

test('a kind that the cluster lacks is refused with its path, and goes through without a restart when it comes', async () => {
  const tenant = await Tenant.open(cluster.client);
  const install = await removeCrd(tenant.client, 'buckets.source.toolkit.fluxcd.io');
  // The operator learns a moment later that the kind went, and applies until then what it can.
  const first = await Tenant.open(cluster.client);
  await first.applyBlueprint(withBucket());
  await first.untilCondition({ type: 'Stalled', status: 'True', says: NO_BUCKET });
  await tenant.applyBlueprint(withBucket());
  const { message } = await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  expect(message).toBe(NO_BUCKET);
  const neighbour = await Tenant.open(cluster.client);
  await neighbour.applyBlueprint({ sources: [gitSource()], layers: [layer('base')] });
  await neighbour.bringUp();
  expect(await tenant.find('GitRepository', 'fleet')).toBeUndefined();
  await install();
  await tenant.bringUp();
  await tenant.untilGenerated(['Bucket/assets', 'GitRepository/fleet', 'Kustomization/base']);
});

test('a kind that goes away stalls what uses it, and its objects come back with it', async () => {
  const tenant = await Tenant.open(cluster.client);
  const spec = {
    sources: [gitSource()],
    layers: [layer('base')],
    notifications: { providers: [{ name: 'chat', type: 'slack', secretRef: { name: 'chat' } }] },
  };
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  const kustomization = versionsOf([await tenant.get('Kustomization', 'base')]);
  const install = await removeCrd(tenant.client, 'providers.notification.toolkit.fluxcd.io');
  await tenant.untilCondition({
    type: 'Stalled',
    status: 'True',
    says: 'spec.notifications.providers[0]: this cluster does not serve Provider',
  });
  expect(versionsOf([await tenant.get('Kustomization', 'base')])).toEqual(kustomization);
  await install();
  await tenant.untilThere('Provider', 'chat');
  await tenant.bringUp();
});

test('a blueprint whose kind is gone can be deleted: with the CRD went the objects', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(withBucket());
  await tenant.bringUp();
  const install = await removeCrd(tenant.client, 'buckets.source.toolkit.fluxcd.io');
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  await install();
  expect(await tenant.generated()).toEqual([]);
});

test('what an older CRD of ours lets through, the compiler refuses with every place', async () => {
  const tenant = await Tenant.open(cluster.client);
  await admitEverything(tenant);
  // A watch that began before goes on under the old schema for a while.
  await cluster.restartOperator();
  await create(tenant, {
    sources: [{ ...gitSource(), helm: { url: 'https://charts.example.com' } }, gitSource('fleet')],
    layers: [{ name: 'apps' }, { name: 'Apps', kustomization: {}, extra: true }, { kustomization: {} }],
    variables: { substitute: { '1ST': 'x' } },
    adoption: 'Never',
  });
  const { message } = await tenant.untilCondition({
    type: 'Stalled',
    status: 'True',
    reason: 'InvalidBlueprint',
  });
  const lines = message.split('\n');
  for (const expected of [
    /^spec\.adoption: "Never" is not allowed/,
    /^spec\.layers\[0\]: a layer needs exactly one of kustomization, helmRelease, object, components$/,
    /^spec\.layers\[1\]\.name: "Apps" must match/,
    /^spec\.layers\[1\]\.extra: unknown field/,
    /^spec\.layers\[2\]\.name: is required$/,
    /^spec\.sources\[0\]: a source needs exactly one of git, oci, helm, bucket, sourceRef$/,
    /^spec\.sources\[1\]: name "fleet" stands already at spec\.sources\[0\]$/,
    /^spec\.variables\.substitute: names of variables hold letters.*, unlike "1ST"$/,
  ]) {
    expect(lines).toContainEqual(expect.stringMatching(expected));
  }
  expect(lines).toHaveLength(8);
  expect(await tenant.generated()).toEqual([]);
});

test.each([
  ['a spec that is a list', []],
  ['layers that are text', { layers: 'all of them' }],
  ['layers that hold nothing', { layers: [null, 3, 'apps'] }],
  ['an account that is a number', { serviceAccountName: 7, layers: [] }],
  ['no spec at all', undefined],
])('what an older CRD lets through never ends the operator: %s', async (_, spec) => {
  const tenant = await Tenant.open(cluster.client);
  await admitEverything(tenant);
  await create(tenant, spec);
  await tenant.untilCondition({ type: 'Stalled', status: 'True', reason: 'InvalidBlueprint' });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(cluster.operator.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** Creates the blueprint as it is, as `kubectl create --validate=false` does. */
async function create(tenant: Tenant, spec: unknown): Promise<void> {
  const path = tenant.pathOf(tenant.blueprintRef());
  await tenant.client.transport.request({
    method: 'POST',
    path: path.slice(0, path.lastIndexOf('/')),
    body: { ...tenant.manifest({}), spec },
  });
}

/** Changes our CRD into one without any rules, and waits until the API server goes by it. */
async function admitEverything(tenant: Tenant): Promise<void> {
  const { client } = tenant;
  const ref = crdRef('fluxblueprints.fluxblueprint.io');
  const crd = (await client.cluster.get(ref)) as Crd | undefined;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = crd?.spec.versions.map((version) => ({ ...version, schema }));
  await tenant.patch(ref, { spec: { versions } });
  await waitFor('the API server admits everything', () =>
    client.cluster
      .apply(tenant.manifest({ layers: 'everything' }, 'probe'), { fieldManager: 'test', dryRun: true })
      .then(
        () => true,
        () => false,
      ),
  );
}
