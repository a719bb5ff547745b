import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, KIND, Label, MANAGED_BY } from '../../../src/api/names.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { auditCluster } from './audit.ts';
import { untilConverged } from './converge.ts';
import { FaultCluster } from '../cluster/fault-cluster.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';

let cluster: FaultCluster;

beforeAll(async () => {
  cluster = await FaultCluster.start();
});

afterAll(() => cluster.stop());

/** A source of Flux, by its parts. */
function source(namespace: string, name: string, fields: object = {}): object {
  const spec = { url: 'https://example.com/x.git', interval: '10m', ...fields };
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace, name },
    spec,
  };
}

test('the audit finds an orphan, what is lost, what differs, what is touched and what nobody may write', async () => {
  const tenant = await FaultTenant.open(cluster, 'audited', ACCOUNT);
  const operator = await cluster.startOperator();
  await tenant.apply(chainSpec('base', 'apps'));
  const clean = { orphans: [], lost: [], foreign: [], escalations: [] };
  expect((await untilConverged(cluster)).findings).toEqual(clean);
  await operator.stop();

  const { client } = cluster;
  const { namespace } = tenant;
  const flux = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace };
  const labels = { [Label.ManagedBy]: MANAGED_BY };
  await client.cluster.merge(
    { ...flux, name: 'apps' },
    { metadata: { finalizers: [] } },
    { fieldManager: 'x' },
  );
  await client.cluster.delete({ ...flux, name: 'apps' });
  await client.cluster.merge({ ...flux, name: 'base' }, { spec: { interval: '1h' } }, { fieldManager: 'x' });
  await client.cluster.merge({ ...flux, name: 'bystander' }, { metadata: { labels } }, { fieldManager: 'x' });
  const thief = await TestClient.connect(cluster.operatorKubeconfig);
  await thief.apply(source(namespace, 'stray'), 'fluxblueprint');
  await thief.close();
  await client.apply({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'unasked', namespace },
    spec: {},
  });

  const found = await auditCluster(cluster);
  expect(found).toEqual({
    orphans: [`GitRepository/${namespace}/stray`],
    lost: [
      `Kustomization/${namespace}/base differs at .spec.interval`,
      `Kustomization/${namespace}/apps is not there`,
      `blueprint ${namespace}/unasked is still there`,
    ],
    foreign: [`Kustomization/${namespace}/bystander was changed`],
    escalations: [
      `patch /apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories/stray as itself`,
    ],
  });
});
