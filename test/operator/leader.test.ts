import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { objectId, refOf } from '../../src/api/object.ts';
import { readInventory } from '../../src/core/objects/inventory.ts';
import type { TestClient } from '../harness/api-server/client.ts';
import { type BareCluster, startBareCluster } from '../harness/operator/cluster.ts';
import { isWrite, type Replica, startReplica } from '../harness/operator/replica.ts';
import type { Script } from '../harness/api-server/fault-proxy.ts';
import { gitSource, layer } from '../harness/blueprint/blueprints.ts';
import { identitiesOf, Tenant } from '../harness/blueprint/tenant.ts';

let cluster: BareCluster;
let client: TestClient;
let replicas: Replica[];

beforeAll(async () => {
  cluster = await startBareCluster();
  ({ client } = cluster);
});

afterAll(() => cluster.stop());

beforeEach(() => {
  replicas = [];
});

afterEach(async () => {
  for (const { operator } of replicas) operator.child.kill('SIGCONT');
  await Promise.all(replicas.map((replica) => replica.stop()));
});

/** A lease that a test can wait for, and that a busy machine renews in time. */
const ARGS = [
  '--leader-elect',
  ...['--leader-elect-resource-namespace', 'default'],
  ...['--leader-elect-lease-duration', '6s'],
  ...['--leader-elect-renew-deadline', '4s'],
  ...['--leader-elect-retry-period', '250ms'],
];

async function startOne(script?: Script): Promise<Replica> {
  const started = await startReplica(cluster.bundleFile, cluster.controlPlane.kubeconfigPath, ARGS, script);
  replicas.push(started);
  return started;
}

/** Two replicas, of which the first leads. */
async function startPair(): Promise<[Replica, Replica]> {
  const pair = await Promise.all([startOne(), startOne()]);
  const first = await Promise.race(pair.map((one) => one.untilLogged('leading').then(() => one)));
  const second = pair[0] === first ? pair[1] : pair[0];
  await second.untilLogged('somebody else leads');
  return [first, second];
}

/** A source and some Kustomizations. */
function wideSpec(...names: string[]): object {
  return { sources: [gitSource()], layers: names.map((name) => layer(name)) };
}

/** That the inventory names what is there, and nothing else is there that carries the labels. */
async function expectNoOrphan(tenant: Tenant): Promise<void> {
  const objects = (await tenant.generated()).map((object) => objectId(refOf(object))).sort();
  const tracked = readInventory(await tenant.status()).map(({ id }) => id);
  expect(tracked.sort()).toEqual(objects);
}

test('of two replicas, which are both ready, only the leader writes', async () => {
  const [leader, standby] = await startPair();
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(wideSpec('one', 'two'));
  await tenant.bringUp();
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(leader.writes().length).toBeGreaterThan(5);
  expect(standby.writes()).toEqual([]);
  for (const { operator } of [leader, standby]) {
    const address = operator.log.find(({ msg }) => msg === 'starting')?.['healthAddr'];
    expect(await (await fetch(`http://${String(address)}/readyz`)).text()).toBe('ok\n');
  }
});

test('a leader that is told to stop lets the Lease go, and the other goes on where it ended', async () => {
  const [leader, standby] = await startPair();
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(wideSpec('one'));
  await tenant.bringUp();
  const before = identitiesOf(await tenant.generated());
  const reported = performance.now();
  expect(await leader.stop('SIGTERM')).toBe(0);
  await standby.untilLogged('leading');
  console.info(`failover after SIGTERM: ${Math.round(performance.now() - reported)} ms`);
  expect(leader.operator.log.map(({ msg }) => msg)).toContain('the lease is let go');
  await tenant.reconcileNow();
  expect(identitiesOf(await tenant.generated())).toEqual(before);
  await tenant.applyBlueprint(wideSpec('one', 'two'));
  await tenant.bringUp();
  await expectNoOrphan(tenant);
});

test('a leader that is killed in the middle of its work is taken over when its lease has run out', async () => {
  const [leader, standby] = await startPair();
  const tenant = await Tenant.open(client);
  leader.operator.onLine(({ msg }) => {
    if (msg === 'applied') leader.operator.child.kill('SIGKILL');
  });
  await tenant.applyBlueprint(wideSpec('one', 'two', 'three'));
  expect(await leader.untilExited()).toBeNull();
  const died = performance.now();
  await standby.untilLogged('leading');
  console.info(`failover after SIGKILL: ${Math.round(performance.now() - died)} ms, with a lease of 6000 ms`);
  await tenant.bringUp();
  expect(await tenant.generatedNames()).toHaveLength(4);
  await expectNoOrphan(tenant);
});

/** How many renewals of its Lease a leader has sent when it has surely sent what it was about to write before them. */
const RENEWALS = 2;

/**
 * Lets the writes of a replica from number `moment` on wait, and pauses the replica when it does nothing but wait for
 * their answers and renew its Lease. They are carried out then, and their answers wait for it. It is paused between two
 * sends, not in one: no fence can keep back what is handed to the system already.
 */
function pauseInWrite({ proxy, operator }: Replica, moment: number): void {
  const paused = Promise.withResolvers<undefined>();
  let [writes, renewals] = [0, 0];
  proxy.script = (request) => {
    if (isWrite(request)) {
      if (++writes < moment) return undefined;
      renewals = 0;
      return { kind: 'hold', until: paused.promise };
    }
    const renews = request.method === 'PUT' && request.path.includes('/leases/');
    if (renews && writes >= moment && ++renewals === RENEWALS) {
      operator.child.kill('SIGSTOP');
      paused.resolve(undefined);
    }
    return undefined;
  };
}

test.each([1, 3, 5])(
  'a leader that is paused in write %i and goes on when another leads writes nothing more, and ends',
  async (moment) => {
    const [leader, standby] = await startPair();
    const tenant = await Tenant.open(client);
    const { child, log } = leader.operator;
    pauseInWrite(leader, moment);
    await tenant.applyBlueprint(wideSpec('one', 'two', 'three'));
    await standby.untilLogged('leading');
    await tenant.bringUp();
    await tenant.applyBlueprint(wideSpec('one', 'two', 'four'));
    await tenant.bringUp();
    const before = leader.writes();
    child.kill('SIGCONT');
    expect(await leader.untilExited()).toBe(1);
    expect(leader.writes()).toEqual(before);
    expect(log.find(({ msg }) => msg === 'leadership is lost')).toMatchObject({
      level: 'error',
      reason: 'it was not renewed in time',
    });
    await tenant.reconcileNow();
    await tenant.untilGenerated([
      'GitRepository/fleet',
      ...['one', 'two', 'four'].map((name) => `Kustomization/${name}`),
    ]);
    await expectNoOrphan(tenant);
  },
);

test('a leader that does not reach the API server any more gives up and ends, and the other takes over', async () => {
  const [leader, standby] = await startPair();
  leader.proxy.script = () => ({ kind: 'hang' });
  leader.proxy.cutWatches();
  expect(await leader.untilExited()).toBe(1);
  await standby.untilLogged('leading');
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(wideSpec('one'));
  await tenant.bringUp();
});

test('a standby whose watch hangs has read anew what the leader wrote before it writes itself', async () => {
  const leader = await startOne();
  await leader.untilLogged('leading');
  const standby = await startOne(({ isWatch, path }) =>
    isWatch && path.endsWith('/fluxblueprints') ? { kind: 'stall', bytes: 0 } : undefined,
  );
  await standby.untilLogged('somebody else leads');
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(wideSpec('one', 'two'));
  await tenant.bringUp();
  const before = identitiesOf(await tenant.generated());
  // From now on new watches work; the one that hangs goes on hanging.
  standby.proxy.script = () => undefined;
  await leader.stop('SIGTERM');
  await standby.untilLogged('leading');
  await tenant.reconcileNow();
  expect(identitiesOf(await tenant.generated())).toEqual(before);
  await expectNoOrphan(tenant);
});
