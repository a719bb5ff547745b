import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { LET_GO } from '../../../src/api/names.ts';
import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { MovingCluster } from './moving-cluster.ts';

let moving: MovingCluster;

beforeAll(async () => {
  moving = await MovingCluster.start();
});

afterEach(() => moving.stopPlaying());

afterAll(() => moving.stop());

const app = (name: string): object => ({ name, path: `./${name}`, kustomization: {} });
const apps = (...names: string[]): object => ({ name: 'apps', components: names.map(app) });
const own = (layers: object[], more: object = {}): object => ({ sources: [gitSource()], layers, ...more });
/** A blueprint that uses the source of the first one. */
const sharing = (layers: object[], more: object = {}): object => ({
  sources: [{ name: 'fleet', sourceRef: { kind: 'GitRepository', name: 'fleet' } }],
  layers,
  ...more,
});

const moved = (name: string, blueprint = 'platform'): object => ({
  ...{ from: `apps/${name}`, to: `apps/${name}`, blueprint },
});

test('a component that both blueprints name goes from one to the other, and the object stays', async () => {
  const { tenant, flux } = await moving.open(own([apps('shop', 'blog')]));
  const { uid } = (await tenant.get('Kustomization', 'shop')).metadata;
  await tenant.applyBlueprint(own([apps('blog')], { released: ['apps/shop'] }));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/blog']);
  const { metadata } = await tenant.get('Kustomization', 'shop');
  expect(metadata.annotations).toMatchObject({ [LET_GO]: `${tenant.namespace}/platform` });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await tenant.applyBlueprint(sharing([apps('shop')], { moved: [moved('shop')] }), 'second');
  await tenant.untilGenerated(['Kustomization/shop'], 'second');
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'second');
  expect((await tenant.get('Kustomization', 'shop')).metadata.uid).toBe(uid);
  expect(flux.deleted).toEqual([]);
});

test('the one that takes over waits for the other, whichever comes first', async () => {
  const { tenant, flux } = await moving.open(own([apps('shop', 'blog')]));
  await tenant.applyBlueprint(sharing([apps('shop')], { moved: [moved('shop')] }), 'second');
  const says = `FluxBlueprint ${tenant.namespace}/platform`;
  await tenant.untilCondition({ type: 'Ready', says }, 'second');
  await tenant.applyBlueprint(own([apps('blog')], { released: ['apps/shop'] }));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/blog']);
  await tenant.reconcileNow('second');
  await tenant.untilGenerated(['Kustomization/shop'], 'second');
  expect(flux.deleted).toEqual([]);
});

test('what one lets go, another takes over by its word only, and from that blueprint only', async () => {
  const { tenant } = await moving.open(own([apps('shop', 'blog')]));
  await tenant.applyBlueprint(own([apps('blog')], { released: ['apps/shop'] }));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/blog']);
  for (const more of [{}, { moved: [moved('shop', 'other')] }]) {
    await tenant.applyBlueprint(sharing([apps('shop')], more), 'second');
    await tenant.untilCondition({ type: 'Ready', says: 'let it go' }, 'second');
  }
  expect(await tenant.generated('second')).toEqual([]);
});

test('a blueprint of another namespace takes nothing over with the rights of the operator', async () => {
  const { tenant } = await moving.open(own([apps('shop', 'blog')]));
  await tenant.applyBlueprint(own([apps('blog')], { released: ['apps/shop'] }));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/blog']);
  const thief = await Tenant.open(moving.cluster.client);
  const layers = [{ name: 'apps', namespace: tenant.namespace, components: [app('shop')] }];
  const stated = { moved: [moved('shop', `${tenant.namespace}/platform`)] };
  await thief.applyBlueprint(sharing(layers, stated));
  await thief.untilCondition({ type: 'Ready', says: 'can write to its own namespace only' });
  expect(await thief.generated()).toEqual([]);
  expect((await tenant.get('Kustomization', 'shop')).metadata.annotations).toHaveProperty([LET_GO]);
});
