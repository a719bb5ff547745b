import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { type Replica, startReplica } from '../../harness/operator/replica.ts';
import type { SeenRequest } from '../../harness/api-server/fault-proxy.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: BareCluster;
let client: TestClient;
let replica: Replica;

beforeAll(async () => {
  cluster = await startBareCluster();
  ({ client } = cluster);
}, 180_000);

afterAll(() => cluster.stop(), 60_000);

beforeEach(async () => {
  replica = await startReplica(cluster.bundleFile, cluster.controlPlane.kubeconfigPath, []);
}, 60_000);

/** Lets statuses through again, and breaks the write that hangs. */
function release(): void {
  replica.proxy.script = () => undefined;
  replica.proxy.resetHanging();
}

afterEach(async () => {
  release();
  await replica.stop();
}, 60_000);

function isStatusWrite({ method, path }: SeenRequest): boolean {
  return method === 'PATCH' && path.includes('/fluxblueprints/') && path.endsWith('/status');
}

/** A tenant whose blueprint was ready, and the status of which that it no longer is never reaches the API server. */
async function openWithHangingStatus(): Promise<Tenant> {
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  replica.proxy.script = (request) => (isStatusWrite(request) ? { kind: 'hang' } : undefined);
  const from = replica.proxy.seen.length;
  await client.setReady(tenant.ref('Kustomization', 'apps'), 'False', 'BuildFailed', 'no such path');
  await waitFor('the status is being written', () => replica.proxy.seen.slice(from).some(isStatusWrite));
  return tenant;
}

async function changeByHand(tenant: Tenant): Promise<void> {
  await tenant.patch(tenant.ref('Kustomization', 'base'), { spec: { path: './theirs' } });
}

async function untilRepaired(tenant: Tenant): Promise<void> {
  await waitFor('the change is taken back', async () => {
    const { path } = (await tenant.get('Kustomization', 'base'))['spec'] as { path: string };
    return path === './base';
  });
}

test('what is changed by hand is taken back while a status is still being written, and again', async () => {
  const tenant = await openWithHangingStatus();
  for (let round = 0; round < 3; round++) {
    await changeByHand(tenant);
    await untilRepaired(tenant);
  }
  expect((await tenant.status()).summary?.components).toBe('3/3');
});

test('a change of the blueprint reaches its object while a status is still being written', async () => {
  const tenant = await openWithHangingStatus();
  const changed = structuredClone(chainSpec('base', 'apps')) as { layers: { kustomization: object }[] };
  for (const layer of changed.layers) layer.kustomization = { ...layer.kustomization, interval: '17m' };
  await tenant.applyBlueprint(changed);
  await waitFor('the object is changed', async () => {
    const { interval } = (await tenant.get('Kustomization', 'base'))['spec'] as { interval: string };
    return interval === '17m';
  });
});

test('a status that could not be written is written again, with what has happened since', async () => {
  const tenant = await openWithHangingStatus();
  await changeByHand(tenant);
  await untilRepaired(tenant);
  release();
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ComponentFailed' });
  // What was repaired has a generation that Flux, which does not run here, has not looked at.
  expect((await tenant.status()).summary).toMatchObject({ ready: 1, progressing: 1, failed: 1 });
});

test('a new object is made only when the status before, and then the inventory with it, are stored', async () => {
  const tenant = await openWithHangingStatus();
  const from = replica.proxy.seen.length;
  await tenant.applyBlueprint(chainSpec('base', 'apps', 'more'));
  release();
  await tenant.untilThere('Kustomization', 'more');
  const isCreation = ({ method, path }: SeenRequest): boolean =>
    method === 'PATCH' && path.endsWith('/kustomizations/more');
  const writes = replica.proxy.seen.slice(from).filter((seen) => isStatusWrite(seen) || isCreation(seen));
  expect(writes.findIndex(isCreation)).toBeGreaterThan(0);
});
