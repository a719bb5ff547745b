import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { SHARD_KEY } from '../../../src/api/names.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import type { Script } from '../../harness/api-server/fault-proxy.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { type Replica, startReplica } from '../../harness/operator/replica.ts';
import { grant, grantAll } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { writeScopedKubeconfig } from './scoped-account.ts';
import { identitiesOf, Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: BareCluster;
let client: TestClient;
const replicas: Replica[] = [];

beforeAll(async () => {
  cluster = await startBareCluster();
  ({ client } = cluster);
});

afterAll(() => cluster.stop());

afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
});

async function start(
  args: string[],
  kubeconfigPath = cluster.controlPlane.kubeconfigPath,
  script?: Script,
): Promise<Replica> {
  const started = await startReplica(cluster.bundleFile, kubeconfigPath, args, script);
  replicas.push(started);
  return started;
}

/** The writes of an operator about one namespace. */
function writesIn(replica: Replica, { namespace }: Tenant): string[] {
  return replica.writes().filter((write) => write.includes(`/namespaces/${namespace}/`));
}

const SPEC = { sources: [gitSource()], layers: [layer('apps')] };

/** Gives a blueprint to a shard, or takes it from all of them. */
async function setShard(tenant: Tenant, key: string | null): Promise<void> {
  await tenant.patch(tenant.blueprintRef(), { metadata: { labels: { [SHARD_KEY]: key } } });
}

test('each blueprint is reconciled by the operator of its shard, and by no other', async () => {
  const operators = await Promise.all([start(['--shard-key', 'a']), start(['--shard-key', 'b']), start([])]);
  const tenants = await Promise.all(operators.map(() => Tenant.open(client)));
  for (const [i, key] of ['a', 'b', undefined].entries()) {
    const manifest = (tenants[i] as Tenant).manifest(SPEC);
    const labels = key === undefined ? {} : { [SHARD_KEY]: key };
    await client.apply({ ...manifest, metadata: { ...manifest.metadata, labels } });
  }
  for (const tenant of tenants) await tenant.bringUp();
  for (const [i, operator] of operators.entries()) {
    const who = tenants.map((tenant) => writesIn(operator, tenant).length > 0);
    expect(who).toEqual(tenants.map((_, j) => i === j));
  }
});

test('a blueprint that goes to another shard is let go by the one and kept by the other, untouched', async () => {
  const [before, after] = await Promise.all([start([]), start(['--shard-key', 'b'])]);
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(SPEC);
  await tenant.bringUp();
  await tenant.reconcileNow();
  const objects = identitiesOf(await tenant.generated());
  const { metadata } = await tenant.blueprint();
  const written = writesIn(before, tenant);
  await setShard(tenant, 'b');
  await tenant.reconcileNow();
  expect(identitiesOf(await tenant.generated())).toEqual(objects);
  expect((await tenant.blueprint()).metadata.finalizers).toEqual(metadata.finalizers);
  // Drift is one more chance for the former to meddle.
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  await waitFor('the drift is repaired', async () => {
    return JSON.stringify(await tenant.get('Kustomization', 'apps')).includes('"interval":"10m"');
  });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
  expect(writesIn(before, tenant)).toEqual(written);
  expect(writesIn(after, tenant).length).toBeGreaterThan(3);
});

test('a blueprint that leaves its shard in the middle of a reconcile loses nothing', async () => {
  const [before] = await Promise.all([start([]), start(['--shard-key', 'b'])]);
  const tenant = await Tenant.open(client);
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  const spec = {
    sources: [gitSource()],
    layers: names.map((name, i) => layer(name, names.slice(Math.max(0, i - 1), i))),
  };
  const left = new Promise<void>((resolve, reject) => {
    let count = 0;
    before.operator.onLine(({ msg }) => {
      if (msg === 'applied' && ++count === 3) setShard(tenant, 'b').then(resolve, reject);
    });
  });
  await tenant.applyBlueprint(spec);
  await left;
  await tenant.reconcileNow();
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', ...names.map((name) => `Kustomization/${name}`)]);
  const written = writesIn(before, tenant);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
  expect(writesIn(before, tenant)).toEqual(written);
});

test('with a Role in each of its namespaces and no ClusterRole an operator works there, and nowhere else', async () => {
  const [one, two, outside] = (await Promise.all([1, 2, 3].map(() => Tenant.open(client)))) as [
    Tenant,
    Tenant,
    Tenant,
  ];
  const kubeconfig = await writeScopedKubeconfig(cluster.controlPlane, client, [
    one.namespace,
    two.namespace,
  ]);
  const operator = await start(['--watch-namespaces', `${one.namespace},${two.namespace}`], kubeconfig);
  for (const tenant of [outside, one, two]) await tenant.applyBlueprint(SPEC);
  for (const tenant of [one, two]) {
    await tenant.bringUp();
    await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
    await waitFor('the drift is repaired', async () => {
      return JSON.stringify(await tenant.get('Kustomization', 'apps')).includes('"interval":"10m"');
    });
    await tenant.deleteBlueprint();
    await tenant.untilDeleted();
    expect(await tenant.generated()).toEqual([]);
  }
  expect(writesIn(operator, outside)).toEqual([]);
  expect(await outside.status()).toEqual({ observedGeneration: -1 });
});

test('what a blueprint wants in a namespace that the operator does not watch is held back, and says so', async () => {
  const [home, away] = (await Promise.all([1, 2].map(() => Tenant.open(client)))) as [Tenant, Tenant];
  await client.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'deployer', namespace: home.namespace },
  });
  await grant(home, {});
  await grantAll(home);
  await start(['--watch-namespaces', home.namespace]);
  await home.applyBlueprint({
    serviceAccountName: 'deployer',
    sources: [gitSource()],
    layers: [layer('here'), { ...layer('there'), namespace: away.namespace }],
  });
  await home.untilThere('Kustomization', 'here');
  await home.markReady(...(await home.generated()));
  await waitFor('the other says why it is held', async () => {
    const { components = [] } = await home.status();
    const held = components.find(({ name }) => name === 'there');
    return held?.message?.includes(
      `the namespace ${away.namespace} to be among those that the operator watches`,
    );
  });
  expect(await away.find('Kustomization', 'there')).toBeUndefined();
  await home.deleteBlueprint();
  await home.untilDeleted();
});

/** So many Kustomizations, in layers of twenty. */
const layersOf = (count: number): object => ({
  sources: [gitSource()],
  layers: Array.from({ length: count / 20 }, (_, i) => ({
    name: `layer-${i}`,
    components: Array.from({ length: 20 }, (_, j) => ({
      name: `app-${i}-${j}`,
      kustomization: { interval: '10m' },
    })),
  })),
});

test('what other shards generate takes no room: an operator that starts finds its own objects as they should be', async () => {
  const ROOM = ['--max-cache-bytes', '640k'];
  const sizes = { a: 20, b: 800 };
  // The list of the API server has those of `b` last, which would keep them longest.
  const tenants = new Map<string, Tenant>();
  for (const key of Object.keys(sizes)) {
    await client.makeNamespace(`shards-${key}`);
    tenants.set(key, Tenant.at(client, `shards-${key}`));
  }
  const operators = await Promise.all(
    Object.keys(sizes).map((key) => start(['--shard-key', key, ...(key === 'a' ? ROOM : [])])),
  );
  for (const [key, count] of Object.entries(sizes)) {
    const manifest = (tenants.get(key) as Tenant).manifest(layersOf(count));
    await client.apply({ ...manifest, metadata: { ...manifest.metadata, labels: { [SHARD_KEY]: key } } });
  }
  for (const [key, count] of Object.entries(sizes)) {
    await waitFor(`all objects of ${key} are applied`, async () => {
      const { summary, lastAppliedDigest } = await (tenants.get(key) as Tenant).status();
      return summary?.total === count + 1 && lastAppliedDigest !== undefined;
    });
  }
  const own = tenants.get('a') as Tenant;
  await own.bringUp();
  await operators[0]?.stop();
  const again = await start(['--shard-key', 'a', ...ROOM]);
  await own.reconcileNow();
  expect(writesIn(again, own).filter((write) => write.includes('/kustomizations/'))).toEqual([]);
  await own.patch(own.ref('Kustomization', 'app-0-0'), { spec: { interval: '59m' } });
  await waitFor('the drift is repaired', async () => {
    return JSON.stringify(await own.get('Kustomization', 'app-0-0')).includes('"interval":"10m"');
  });
});

test('an operator that hears of CRDs before blueprints finds what they generated as it should be', async () => {
  const before = await start([]);
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(SPEC);
  await tenant.bringUp();
  await before.stop();
  const again = await start([], cluster.controlPlane.kubeconfigPath, ({ path, isWatch }) =>
    path.endsWith('/fluxblueprints') && !isWatch ? { kind: 'delay', ms: 2_000 } : undefined,
  );
  await tenant.reconcileNow();
  expect(writesIn(again, tenant).filter((write) => write.includes('/kustomizations/'))).toEqual([]);
});
