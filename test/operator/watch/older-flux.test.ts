import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIELD_MANAGER } from '../../../src/api/names.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chartLayer } from '../../harness/blueprint/blueprints.ts';
import { type Crd, crdRef, removeCrd } from '../../harness/api-server/crds.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

const CRD = 'ocirepositories.source.toolkit.fluxcd.io';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** The versions in which the operator applied the OCIRepository `grafana`; `undefined` where there is none. */
async function appliedAs(tenant: Tenant, version: string): Promise<string[] | undefined> {
  const apiVersion = `source.toolkit.fluxcd.io/${version}`;
  const ref = { apiVersion, kind: 'OCIRepository', namespace: tenant.namespace, name: 'grafana' };
  const found = await tenant.client.cluster.get(ref);
  const managed: readonly { manager?: string; apiVersion?: string }[] = found?.metadata.managedFields ?? [];
  const ours = managed.filter(({ manager }) => manager === FIELD_MANAGER);
  return found === undefined ? undefined : ours.map((entry) => entry.apiVersion ?? '');
}

/** The only version of the CRD, under another name. */
function renameVersion({ versions, ...spec }: Crd['spec'], name: string): Crd['spec'] {
  return { ...spec, versions: versions.map((version) => ({ ...version, name })) };
}

test('a cluster of Flux 2.5 gets its OCI sources in the version that it serves, and the next one when it is upgraded', async () => {
  const tenant = await Tenant.open(cluster.client);
  const { client } = tenant;
  const install = await removeCrd(client, CRD);
  await install((spec) => renameVersion(spec, 'v1beta2'));
  await tenant.applyBlueprint({ layers: [chartLayer('grafana')] });
  await tenant.bringUp();
  expect(await appliedAs(tenant, 'v1beta2')).toEqual(['source.toolkit.fluxcd.io/v1beta2']);
  const old = (await client.cluster.get(crdRef(CRD))) as Crd;
  const [version] = old.spec.versions;
  const versions = [
    { ...version, name: 'v1', storage: true },
    { ...version, name: 'v1beta2', storage: false },
  ];
  await tenant.patch(crdRef(CRD), { spec: { versions } }, 'flux');
  await waitFor('the new version is served', () => appliedAs(tenant, 'v1'));
  // What changes is applied in the version that is served now.
  await tenant.applyBlueprint({ layers: [chartLayer('grafana')], defaults: { oci: { interval: '20m' } } });
  const value = await waitFor('it is applied in the new version', async () => {
    const found = await appliedAs(tenant, 'v1');
    return found?.includes('source.toolkit.fluxcd.io/v1') === true ? found : undefined;
  });
  expect(value).toEqual(['source.toolkit.fluxcd.io/v1']);
  await client.discovery.refresh();
  await tenant.bringUp();
});
