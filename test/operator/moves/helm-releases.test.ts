import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { MOVED_RELEASE } from '../../../src/api/names.ts';
import { MovingCluster } from './moving-cluster.ts';

let moving: MovingCluster;

beforeAll(async () => {
  moving = await MovingCluster.start();
});

afterEach(() => moving.stopPlaying());

afterAll(() => moving.stop());

const chart = (name: string, more: object = {}): object => ({
  name,
  helmRelease: { chart: { spec: { chart: 'redis', version: '1.x' } }, ...more },
});

const spec = (layers: object[], more: object = {}): object => ({
  sources: [{ name: 'charts', helm: { url: 'https://charts.example.com' } }],
  layers,
  ...more,
});

test('a HelmRelease that got another name keeps its release, also long after it has moved', async () => {
  const { tenant, flux } = await moving.open(spec([chart('cache')]));
  await tenant.applyBlueprint(spec([chart('store')]));
  await tenant.untilGenerated(['HelmRepository/charts', 'HelmRelease/store']);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  const release = { releaseName: 'cache' };
  expect((await tenant.get('HelmRelease', 'store'))['spec']).toMatchObject(release);
  // Nothing but the object says so from now on.
  await moving.cluster.restartOperator();
  await tenant.applyBlueprint(spec([chart('store', { values: { replicas: 2 } })]));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await tenant.reconcileNow();
  const { spec: live, metadata } = await tenant.get('HelmRelease', 'store');
  expect(live).toMatchObject({ ...release, values: { replicas: 2 } });
  expect(metadata.annotations).toMatchObject({ [MOVED_RELEASE]: `${tenant.namespace}/cache` });
  expect((await tenant.status()).findings ?? []).toEqual([]);
  expect(flux.deleted).toEqual([]);
  expect(flux.deployed).toEqual([
    `release ${tenant.namespace}/cache by HelmRelease/${tenant.namespace}/store`,
  ]);
});

test('a name that the blueprint gives wins over the one that was taken over', async () => {
  const { tenant } = await moving.open(spec([chart('cache')]));
  await tenant.applyBlueprint(spec([chart('store')]));
  await tenant.untilGenerated(['HelmRepository/charts', 'HelmRelease/store']);
  await tenant.applyBlueprint(spec([chart('store', { releaseName: 'cache' })]));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  const { spec: live, metadata } = await tenant.get('HelmRelease', 'store');
  expect(live).toMatchObject({ releaseName: 'cache' });
  expect(metadata.annotations ?? {}).not.toHaveProperty(MOVED_RELEASE);
});

test('one that is stated to have moved moves with other values too', async () => {
  const { tenant, flux } = await moving.open(spec([chart('cache')]));
  const moved = [{ from: 'cache', to: 'data/store' }];
  const layers = [{ name: 'data', components: [chart('store', { values: { replicas: 3 } })] }];
  await tenant.applyBlueprint(spec(layers, { moved }));
  await tenant.untilGenerated(['HelmRepository/charts', 'HelmRelease/store']);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
});

test('one that would be another release waits, and says why', async () => {
  const { tenant, flux } = await moving.open(spec([chart('cache')]));
  const moved = [{ from: 'cache', to: 'store' }];
  await tenant.applyBlueprint(spec([chart('store', { releaseName: 'mine' })], { moved }));
  await tenant.untilCondition({ type: 'Ready', says: 'and the new one would be the Helm release mine' });
  await tenant.reconcileNow();
  expect(await tenant.generatedNames()).toEqual(['HelmRelease/cache', 'HelmRepository/charts']);
  expect((await tenant.get('HelmRelease', 'cache'))['spec']).not.toHaveProperty('suspend');
  expect(flux.deleted).toEqual([]);
  await tenant.applyBlueprint(spec([chart('store')], { moved }));
  await tenant.untilGenerated(['HelmRepository/charts', 'HelmRelease/store']);
  expect(flux.deleted).toEqual([]);
});

test('two instances of one chart are told apart', async () => {
  const { tenant, flux } = await moving.open(spec([chart('one'), chart('two')]));
  await tenant.applyBlueprint(spec([chart('three')]));
  await tenant.untilGenerated(['HelmRepository/charts', 'HelmRelease/three']);
  const { namespace } = tenant;
  expect(flux.deleted.map((one) => one.split(' by ')[0]).sort()).toEqual([
    `release ${namespace}/one`,
    `release ${namespace}/two`,
  ]);
});
