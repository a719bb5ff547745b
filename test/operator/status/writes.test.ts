import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLURAL } from '../../../src/api/names.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { type Replica, startReplica } from '../../harness/operator/replica.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: BareCluster;
let operator: Replica;

beforeAll(async () => {
  cluster = await startBareCluster();
  operator = await startReplica(cluster.bundleFile, cluster.controlPlane.kubeconfigPath, []);
});

afterAll(async () => {
  await operator.stop();
  await cluster.stop();
});

/** The writes of a blueprint's own object since `from`, in their order. */
function ownWrites({ namespace }: Tenant, from: number): string[] {
  const path = `/namespaces/${namespace}/${PLURAL}/platform`;
  return operator
    .writes()
    .slice(from)
    .filter((write) => write.includes(path))
    .map((write) => (write.endsWith('/status') ? 'status' : 'finalizers'));
}

const spec = (interval: string, ...names: string[]): object => ({
  sources: [gitSource()],
  layers: names.map((name) => layer(name, [], { interval })),
});

/** Waits until the operator has reported on the present spec and has nothing more to write. */
async function untilReported(tenant: Tenant): Promise<void> {
  await waitFor('the present spec is applied and reported', async () => {
    const { metadata, status } = await tenant.blueprint();
    return status?.observedGeneration === metadata.generation && status?.lastAppliedDigest !== undefined;
  });
  await tenant.reconcileNow();
}

test('a blueprint is written itself as seldom as can be in each event of its life', async () => {
  const tenant = await Tenant.open(cluster.client);
  let from = operator.writes().length;
  const writesSince = (): string[] => {
    const found = ownWrites(tenant, from);
    from = operator.writes().length;
    return found;
  };

  // Before the first apply the finalizer and the inventory are stored, and afterwards what came of it. The last status
  // answers the request to reconcile of this test.
  await tenant.applyBlueprint(spec('10m', 'base', 'apps'));
  await untilReported(tenant);
  expect(writesSince()).toEqual(['finalizers', 'status', 'status', 'status']);

  // A change within the inventory needs no write before it.
  await tenant.applyBlueprint(spec('20m', 'base', 'apps'));
  await untilReported(tenant);
  expect(writesSince()).toEqual(['status', 'status']);

  // A new object stands in the inventory before it exists, and one that is gone no longer does.
  await tenant.applyBlueprint(spec('20m', 'base', 'apps', 'more'));
  await untilReported(tenant);
  expect(writesSince()).toEqual(['status', 'status', 'status']);

  await tenant.bringUp();
  const ready = writesSince();
  expect(new Set(ready)).toEqual(new Set(['status']));

  await tenant.deleteBlueprint();
  await waitFor('the blueprint is gone', async () => {
    return (await cluster.client.blueprint(tenant.namespace, 'platform')) === undefined;
  });
  expect(writesSince().at(-1)).toBe('finalizers');
});
