import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type KubeObject, refOfId } from '../../../src/api/object.ts';
import type { Status } from '../../../src/api/schema/status.ts';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { type Replica, startReplica } from '../../harness/operator/replica.ts';
import type { Fault, SeenRequest } from '../../harness/api-server/fault-proxy.ts';
import { VersionLog } from '../../harness/api-server/version-log.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: BareCluster;
let client: TestClient;
let replica: Replica;
const watches: VersionLog[] = [];

beforeAll(async () => {
  cluster = await startBareCluster();
  ({ client } = cluster);
});

afterAll(() => cluster.stop());

beforeEach(async () => {
  replica = await startReplica(cluster.bundleFile, cluster.controlPlane.kubeconfigPath, []);
});

/** Lets statuses through again, and breaks the write that hangs. */
function release(): void {
  replica.proxy.script = () => undefined;
  replica.proxy.resetHanging();
}

afterEach(async () => {
  await Promise.all(watches.splice(0).map((watch) => watch.stop()));
  release();
  await replica.stop();
});

/**
 * A tenant whose blueprint was ready. The status that it no longer is does not reach the API server, or not yet: that
 * is for the fault to say (by default it hangs).
 */
async function openWithStatusUnderWay(fault: Fault = { kind: 'hang' }): Promise<Tenant> {
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  const path = `${tenant.pathOf(tenant.blueprintRef())}/status`;
  const isStatusWrite = (request: SeenRequest): boolean =>
    request.method === 'PATCH' && request.path === path;
  replica.proxy.script = (request) => (isStatusWrite(request) ? fault : undefined);
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
  const tenant = await openWithStatusUnderWay();
  for (let round = 0; round < 3; round++) {
    await changeByHand(tenant);
    await untilRepaired(tenant);
  }
  expect((await tenant.status()).summary?.components).toBe('3/3');
});

test('a change of the blueprint reaches its object while a status is still being written', async () => {
  const tenant = await openWithStatusUnderWay();
  const changed = structuredClone(chainSpec('base', 'apps')) as { layers: { kustomization: object }[] };
  for (const layer of changed.layers) layer.kustomization = { ...layer.kustomization, interval: '17m' };
  await tenant.applyBlueprint(changed);
  await waitFor('the object is changed', async () => {
    const { interval } = (await tenant.get('Kustomization', 'base'))['spec'] as { interval: string };
    return interval === '17m';
  });
});

test('a status that could not be written is written again, with what has happened since', async () => {
  const tenant = await openWithStatusUnderWay();
  await changeByHand(tenant);
  await untilRepaired(tenant);
  release();
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ComponentFailed' });
  // What was repaired has a generation that Flux, which does not run here, has not looked at.
  expect((await tenant.status()).summary).toMatchObject({ ready: 1, progressing: 1, failed: 1 });
});

/** Watches the blueprints and the Kustomizations of a tenant until the test is over. */
async function watchVersions({ namespace }: Tenant): Promise<{ blueprints: VersionLog; made: VersionLog }> {
  const [blueprints, made] = await Promise.all([
    VersionLog.start(client, namespace, { group: 'fluxblueprint.io', kind: 'FluxBlueprint' }),
    VersionLog.start(client, namespace, { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' }),
  ]);
  watches.push(blueprints, made);
  return { blueprints, made };
}

/** Whether the inventory of a blueprint has a layer. */
function tracks({ status }: KubeObject, layer: string): boolean {
  return readInventory(status as Status | undefined).some(({ id }) => refOfId(id, '').name === layer);
}

function hasFailed({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as Status;
  return conditions.some(({ type, reason }) => type === 'Ready' && reason === 'ComponentFailed');
}

test('a new object is made only when the status before, and then the inventory with it, are stored', async () => {
  const gate = Promise.withResolvers<undefined>();
  const tenant = await openWithStatusUnderWay({ kind: 'hold', until: gate.promise });
  const { blueprints, made } = await watchVersions(tenant);
  await tenant.applyBlueprint(chainSpec('base', 'apps', 'more'));
  // The operator knows that change when it has carried out a later one.
  await tenant.applyBlueprint({ sources: [gitSource('later')], layers: [layer('later')] }, 'later');
  await tenant.untilThere('Kustomization', 'later');
  expect(await tenant.find('Kustomization', 'more')).toBeUndefined();
  gate.resolve(undefined);
  const stored = await blueprints.firstVersion('the status before is stored', hasFailed);
  const tracked = await blueprints.firstVersion('the inventory has it', (object) => tracks(object, 'more'));
  const created = await made.firstVersion('it is made', ({ metadata }) => metadata.name === 'more');
  expect([stored, tracked, created]).toEqual([stored, tracked, created].sort((a, b) => a - b));
  expect(new Set([stored, tracked, created]).size).toBe(3);
});

test('a new object is made only when the inventory with it is stored, where the status before was lost', async () => {
  const tenant = await openWithStatusUnderWay();
  const { blueprints, made } = await watchVersions(tenant);
  await tenant.applyBlueprint(chainSpec('base', 'apps', 'more'));
  release();
  const tracked = await blueprints.firstVersion('the inventory has it', (object) => tracks(object, 'more'));
  const created = await made.firstVersion('it is made', ({ metadata }) => metadata.name === 'more');
  expect(created).toBeGreaterThan(tracked);
});
