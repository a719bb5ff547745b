import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GROUP, PLURAL } from '../../../src/api/names.ts';
import { refusal } from '../../harness/api-server/environment.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const COUNT = `count/${PLURAL}.${GROUP}`;

/** A quota for blueprints, with the status that the quota controller would give it: that does not run here. */
async function limitBlueprints({ client, namespace }: Tenant, most: number): Promise<void> {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'blueprints', namespace } };
  const hard = { [COUNT]: String(most) };
  await client.apply({ ...quota, spec: { hard } });
  await client.cluster.applyStatus(
    { ...quota, status: { hard, used: { [COUNT]: '0' } } },
    { fieldManager: 'test' },
  );
}

test('a ResourceQuota bounds the blueprints of a namespace, and leaves those that are there to be changed', async () => {
  const tenant = await Tenant.open(cluster.client);
  const neighbour = await Tenant.open(cluster.client);
  await limitBlueprints(tenant, 2);
  const spec = (name: string): object => ({ sources: [gitSource(name)], layers: [layer(`of-${name}`)] });
  await tenant.applyBlueprint(spec('one'), 'one');
  await tenant.applyBlueprint(spec('two'), 'two');
  const refused = await waitFor('the quota is known to the API server', async () => {
    const { reason, message } = await refusal(tenant.applyBlueprint(spec('three'), 'three'));
    return reason === 'Forbidden' ? message : undefined;
  });
  expect(refused).toContain('exceeded quota: blueprints');
  expect(refused).toContain(COUNT);
  await tenant.applyBlueprint({ ...spec('two'), layers: [layer('changed')] }, 'two');
  await tenant.untilThere('Kustomization', 'changed');
  await neighbour.applyBlueprint(spec('three'), 'three');
  await neighbour.untilThere('Kustomization', 'of-three');
});
