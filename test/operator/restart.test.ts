import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { objectId, refOf } from '../../src/api/object.ts';
import { readInventory } from '../../src/core/objects/inventory.ts';
import { type TestCluster, startTestCluster } from '../harness/operator/cluster.ts';
import { chartLayer, everyKindSpec, gitSource, layer } from '../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../harness/blueprint/tenant.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** Moments at which the operator is killed: after so many of its writes. Chosen by chance, the same in every run. */
function chooseMoments(seed: number, count: number, upTo: number): number[] {
  let state = seed;
  const moments = Array.from({ length: upTo }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return { moment: i + 1, lot: state >>> 16 };
  });
  return moments
    .sort((a, b) => a.lot - b.lot)
    .slice(0, count)
    .map(({ moment }) => moment);
}

/** Kills the operator with SIGKILL when it has logged `count` lines of a kind since now; resolves when it is dead. */
function killAfter(message: string, count: number): Promise<unknown> {
  const { operator } = cluster;
  let left = count;
  operator.onLine(({ msg }) => {
    if (msg === message && --left === 0) operator.child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    operator.child.once('exit', resolve);
  });
}

/** Two sources, a chart and seven Kustomizations, one of which is held back by the HelmRelease: 11 objects. */
function wideSpec(prefix = 'shop'): object {
  const names = ['a', 'b', 'c'].map((name) => `${prefix}-${name}`);
  return {
    sources: [gitSource(), gitSource('other')],
    layers: [
      { name: 'base', source: 'fleet', components: ['one', 'two', 'three'].map((name) => layer(name)) },
      chartLayer('chart', ['base']),
      { name: 'late', source: 'other', dependsOn: ['chart'], components: [layer('late')] },
      { name: 'apps', source: 'other', dependsOn: ['base'], components: names.map((name) => layer(name)) },
    ],
  };
}

/** That the inventory names what is there, and nothing else is there that carries the labels. */
async function expectNoOrphan(tenant: Tenant): Promise<void> {
  const objects = (await tenant.generated()).map((object) => objectId(refOf(object))).sort();
  const tracked = readInventory(await tenant.status())
    .map(({ id }) => id)
    .sort();
  expect(tracked).toEqual(objects);
}

test.each(chooseMoments(7, 5, 9))(
  'an operator that is killed after write %i of a creation is taken over without an orphan',
  async (moment) => {
    const tenant = await Tenant.open(cluster.client);
    const killed = killAfter('applied', moment);
    await tenant.applyBlueprint(wideSpec());
    await killed;
    await cluster.restartOperator('SIGKILL');
    await tenant.bringUp();
    expect(await tenant.generatedNames()).toHaveLength(11);
    await expectNoOrphan(tenant);
  },
);

test.each(chooseMoments(11, 3, 4))(
  'an operator that is killed after write %i of a change is taken over: what is new comes, what is old goes',
  async (moment) => {
    const tenant = await Tenant.open(cluster.client);
    await tenant.applyBlueprint(wideSpec());
    await tenant.bringUp();
    const killed = killAfter(moment % 2 === 0 ? 'deleted' : 'applied', Math.min(moment, 3));
    await tenant.applyBlueprint(wideSpec('store'));
    await killed;
    await cluster.restartOperator('SIGKILL');
    await tenant.bringUp();
    const names = await tenant.generatedNames();
    expect(names.filter((name) => name.includes('store-'))).toHaveLength(3);
    expect(names.filter((name) => name.includes('shop-'))).toEqual([]);
    await expectNoOrphan(tenant);
  },
);

test.each(chooseMoments(13, 4, 9))(
  'an operator that is killed after deletion %i of a teardown is taken over, and nothing is left',
  async (moment) => {
    const tenant = await Tenant.open(cluster.client);
    await tenant.applyBlueprint(wideSpec());
    await tenant.bringUp();
    const killed = killAfter('deleted', moment);
    await tenant.deleteBlueprint();
    await killed;
    await cluster.restartOperator('SIGKILL');
    await tenant.untilDeleted();
    expect(await tenant.generated()).toEqual([]);
  },
);

test('a restart with nothing to change writes nothing, neither objects nor the status', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(everyKindSpec());
  await tenant.bringUp();
  await tenant.reconcileNow();
  const before = versionsOf([...(await tenant.generated()), await readBlueprint(tenant)]);
  const operator = await cluster.restartOperator();
  await tenant.applyBlueprint({ sources: [gitSource('marker')], layers: [layer('marker')] }, 'marker');
  await tenant.bringUp('marker');
  expect(versionsOf([...(await tenant.generated()), await readBlueprint(tenant)])).toEqual(before);
  const written = operator.log.filter(({ msg }) => ['applied', 'repaired drift', 'deleted'].includes(msg));
  expect(written.map(({ object }) => object)).toEqual([
    `GitRepository/${tenant.namespace}/marker`,
    `Kustomization/${tenant.namespace}/marker`,
  ]);
});

async function readBlueprint(tenant: Tenant): ReturnType<Tenant['get']> {
  const found = await tenant.client.cluster.get(tenant.blueprintRef());
  if (found === undefined) throw new Error('the blueprint is gone');
  return found;
}

test('what happens while no operator runs is made good when one comes', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(wideSpec());
  await tenant.applyBlueprint({ sources: [gitSource('doomed')], layers: [layer('doomed')] }, 'doomed');
  await tenant.bringUp();
  await tenant.bringUp('doomed');
  await cluster.operator.stop();
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'one'));
  await tenant.patch(tenant.ref('Kustomization', 'two'), { spec: { interval: '59m' } });
  await tenant.patch(tenant.ref('Kustomization', 'three'), { metadata: { labels: null } });
  await tenant.deleteBlueprint('doomed');
  await tenant.applyBlueprint({ sources: [gitSource('new')], layers: [layer('new')] }, 'new');
  await cluster.restartOperator();
  await tenant.bringUp('new');
  await tenant.untilDeleted('doomed');
  expect(await tenant.generated('doomed')).toEqual([]);
  await tenant.untilThere('Kustomization', 'one');
  await tenant.bringUp();
  expect(await tenant.get('Kustomization', 'two')).toMatchObject({ spec: { interval: '10m' } });
  expect((await tenant.get('Kustomization', 'three')).metadata.labels).toHaveProperty(
    ['fluxblueprint.io/name'],
    'platform',
  );
  await expectNoOrphan(tenant);
});

test('a version that was applied in part before a restart leaves no field behind when it is taken back', async () => {
  const tenant = await Tenant.open(cluster.client);
  const before = { sources: [gitSource()], layers: [layer('apps', [], { interval: '10m' })] };
  await tenant.applyBlueprint(before);
  await tenant.bringUp();
  // The new version is never complete: something in it waits for what is never ready.
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [
      layer('apps', [], { interval: '10m', timeout: '7m' }),
      chartLayer('chart'),
      layer('held', ['chart']),
    ],
  });
  await tenant.untilThere('HelmRelease', 'chart');
  await tenant.untilCondition({ type: 'Ready', says: 'waiting for' });
  expect(await tenant.get('Kustomization', 'apps')).toMatchObject({ spec: { timeout: '7m' } });
  await cluster.operator.stop();
  await tenant.applyBlueprint(before);
  await cluster.restartOperator();
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/apps']);
  expect((await tenant.get('Kustomization', 'apps'))['spec']).not.toHaveProperty('timeout');
});

test('an operator that is told to stop lets the reconcile under way end, and the next one has nothing to repair', async () => {
  const tenant = await Tenant.open(cluster.client);
  const { operator } = cluster;
  const begun = new Promise((resolve) => {
    operator.onLine(({ msg }) => {
      if (msg === 'applied') resolve(msg);
    });
  });
  await tenant.applyBlueprint(wideSpec());
  await begun;
  expect(await operator.stop()).toBe(0);
  // One pass applies all but what is held back.
  expect(await tenant.generatedNames()).toHaveLength(9);
  expect(readInventory(await tenant.status())).toHaveLength(9);
  await cluster.restartOperator();
  await tenant.bringUp();
  await expectNoOrphan(tenant);
});

test('a blueprint that a backup brings back without its status takes up what it had, and deletes what it no longer asks for', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('base'), layer('gone')] });
  await tenant.bringUp();
  // Labels alone make nothing ours: this one was never written by the operator.
  const { apiVersion, kind, metadata, spec } = await tenant.get('Kustomization', 'gone');
  const { labels, namespace = '' } = metadata;
  const forged = { apiVersion, kind, metadata: { name: 'forged', namespace, labels }, spec };
  await tenant.client.apply(forged);
  await cluster.operator.stop();
  await tenant.patch(tenant.blueprintRef(), { metadata: { finalizers: null } });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('base')] });
  await cluster.restartOperator();
  await tenant.bringUp();
  await tenant.untilGone('Kustomization', 'gone');
  expect(await tenant.find('Kustomization', 'forged')).toBeDefined();
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generatedNames()).toEqual(['Kustomization/forged']);
});
