import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { MovingCluster } from './moving-cluster.ts';

let moving: MovingCluster;

beforeAll(async () => {
  moving = await MovingCluster.start();
});

afterEach(() => moving.stopPlaying());

afterAll(() => moving.stop());

const named = (prefix: string, count: number, more: object = {}): object => ({
  sources: [gitSource()],
  layers: Array.from({ length: count }, (_, i) => ({
    name: `${prefix}-${i}`,
    path: `./${i}`,
    kustomization: {},
  })),
  ...more,
});
const kustomizations = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `Kustomization/${prefix}-${i}`);

test('the guard of deletions lets through what only moves', async () => {
  const none = { rollout: { maxDeletions: 0 } };
  const { tenant, flux } = await moving.open(named('a', 12, none));
  await tenant.applyBlueprint(named('b', 12, none));
  await tenant.untilGenerated(['GitRepository/fleet', ...kustomizations('b', 12)]);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
});

test('a plan that waits for approval shows what moves, and nothing moves before', async () => {
  const manual = { rollout: { approval: 'Manual' } };
  const { tenant, flux } = await moving.open(named('a', 2));
  await tenant.applyBlueprint(named('b', 2, manual));
  const plan = await waitFor('the plan waits', async () => (await tenant.status()).plan);
  const { namespace } = tenant;
  expect(plan).toMatchObject({ create: 0, delete: 0, move: 2 });
  expect(plan.names).toEqual(
    [0, 1].map((i) => `move Kustomization/${namespace}/a-${i} to ${namespace}/b-${i}`),
  );
  await tenant.untilCondition({ type: 'Ready', says: '2 to move' });
  await tenant.reconcileNow();
  expect(await tenant.generatedNames()).toEqual(['GitRepository/fleet', ...kustomizations('a', 2)]);
  await tenant.applyBlueprint(named('b', 2));
  await tenant.untilGenerated(['GitRepository/fleet', ...kustomizations('b', 2)]);
  expect(flux.deleted).toEqual([]);
});

test('an environment that got another name takes everything along', async () => {
  const environments = (...names: string[]): object => ({ environments: names.map((name) => ({ name })) });
  const { tenant, flux } = await moving.open(named('app', 2, environments('staging')));
  await tenant.applyBlueprint(named('app', 2, environments('stage')));
  const wanted = [0, 1].map((i) => `Kustomization/app-${i}-stage`);
  await tenant.untilGenerated(['GitRepository/fleet', ...wanted]);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(flux.deleted).toEqual([]);
});

test('a blueprint that is deleted in the middle of a move takes all of it down', async () => {
  const { tenant, flux } = await moving.open(named('a', 1));
  const deployed = flux.deployed.map((one) => one.split(' ')[0]);
  await tenant.applyBlueprint(named('b', 1));
  await waitFor('the move has begun', async () => {
    const { spec } = await tenant.get('Kustomization', 'a-0').catch(() => ({ spec: { suspend: true } }));
    return (spec as { suspend?: boolean }).suspend === true;
  });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(flux.deleted.map((one) => one.split(' ')[0])).toEqual(deployed);
  expect(flux.deployed).toEqual([]);
});
