import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { DeletionLog } from '../../harness/blueprint/deletion-log.ts';
import { PRODUCTION, STAGING, openReady, markReady, staged } from './staged.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const ALL = [
  'GitRepository/fleet',
  'Kustomization/apps',
  'Kustomization/apps-staging',
  'Kustomization/base',
  'Kustomization/base-staging',
];

test('at first production is made only when all of staging is ready', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(staged());
  const early = ['GitRepository/fleet', 'Kustomization/apps-staging', 'Kustomization/base-staging'];
  await tenant.untilGenerated(early);
  await markReady(tenant, 'GitRepository/fleet', 'base-staging');
  await tenant.client.setReady(
    tenant.ref('Kustomization', 'apps-staging'),
    'False',
    'BuildFailed',
    'no path',
  );
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ComponentFailed' });
  await tenant.reconcileNow();
  expect(await tenant.generatedNames()).toEqual(early);
  await markReady(tenant, 'apps-staging');
  await tenant.untilGenerated(ALL);
  await markReady(tenant, 'base', 'apps');
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '5/5 ready' });
});

test('a source that no environment overrides is one object, and one that an environment overrides exists for each', async () => {
  const branch = { name: 'fleet', git: { ref: { branch: 'next' } } };
  const tenant = await openReady(cluster.client, {
    ...staged({}, [{ ...STAGING, sources: [branch] }, PRODUCTION]),
    sources: [gitSource(), gitSource('shared', { url: 'https://example.com/shared.git' })],
    layers: [
      { ...layer('base'), source: 'shared' },
      { ...layer('apps', ['base']), source: 'fleet' },
    ],
  });
  const sources = (await tenant.generated()).filter(({ kind }) => kind === 'GitRepository');
  expect(sources.map(({ metadata, spec }) => [metadata.name, (spec as { ref: unknown }).ref])).toEqual([
    ['fleet', { branch: 'main' }],
    ['fleet-staging', { branch: 'next' }],
    ['shared', { branch: 'main' }],
  ]);
  const sourceOf = async (name: string): Promise<unknown> => {
    const { spec } = await tenant.get('Kustomization', name);
    return (spec as { sourceRef: { name: string } }).sourceRef.name;
  };
  expect(await Promise.all(['base', 'base-staging', 'apps', 'apps-staging'].map(sourceOf))).toEqual([
    'shared',
    'shared',
    'fleet',
    'fleet-staging',
  ]);
});

test('the status has the state of each environment, what is ready of it, and what it waits for', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(staged());
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: 'waiting for' });
  expect((await tenant.status()).environments).toMatchObject([
    { name: 'staging', state: 'Progressing', ready: 0, total: 2, revision: 1 },
    {
      name: 'production',
      state: 'Blocked',
      ready: 0,
      total: 2,
      waitsFor: { gate: 'After' },
      plan: { create: 2 },
    },
  ]);
  const { components = [] } = await tenant.status();
  expect(components.filter(({ environment }) => environment === 'production')).toEqual([
    expect.objectContaining({
      name: 'apps',
      state: 'Blocked',
      message: 'waits: staging must be ready with the same revision first',
    }),
    expect.objectContaining({ name: 'base', state: 'Blocked' }),
  ]);
  await tenant.bringUp();
  const { environments = [] } = await tenant.status();
  expect(environments).toMatchObject([
    { name: 'staging', state: 'Ready', ready: 2, total: 2, revision: 1 },
    { name: 'production', state: 'Ready', ready: 2, total: 2, revision: 1 },
  ]);
  expect(environments.filter(({ waitsFor, plan }) => waitsFor ?? plan)).toEqual([]);
});

test('what an environment leaves out is not there, and who waited for it waits for what came before', async () => {
  const tenant = await openReady(cluster.client, {
    sources: [gitSource()],
    layers: [layer('base'), layer('middle', ['base']), layer('apps', ['middle'])],
    environments: [{ ...STAGING, layers: [{ name: 'middle', omit: true }] }, PRODUCTION],
  });
  expect(await tenant.generatedNames()).toEqual([
    'GitRepository/fleet',
    'Kustomization/apps',
    'Kustomization/apps-staging',
    'Kustomization/base',
    'Kustomization/base-staging',
    'Kustomization/middle',
  ]);
  expect(await tenant.get('Kustomization', 'apps-staging')).toMatchObject({
    spec: { dependsOn: [{ name: 'base-staging' }] },
  });
  expect(await tenant.get('Kustomization', 'apps')).toMatchObject({
    spec: { dependsOn: [{ name: 'middle' }] },
  });
});

const PLAIN = { name: 'production', suffix: '' };

test('an environment that is taken away takes its objects along and leaves the others alone', async () => {
  const tenant = await openReady(cluster.client);
  const rest = ['apps', 'base'].map((name) => tenant.get('Kustomization', name));
  const before = versionsOf(await Promise.all(rest));
  await tenant.applyBlueprint(staged({}, [PLAIN]));
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/apps', 'Kustomization/base']);
  const now = ['apps', 'base'].map((name) => tenant.get('Kustomization', name));
  expect(versionsOf(await Promise.all(now))).toEqual(before);
});

test('environments that come later leave what has the plain names as it is', async () => {
  const tenant = await openReady(cluster.client, staged({}, []));
  const uids = async (): Promise<unknown[]> =>
    Promise.all(['apps', 'base'].map(async (name) => (await tenant.get('Kustomization', name)).metadata.uid));
  const before = await uids();
  await tenant.applyBlueprint(staged());
  await tenant.bringUp();
  expect(await tenant.generatedNames()).toEqual(ALL);
  expect(await uids()).toEqual(before);
});

test('the suffix of an environment cannot be changed', async () => {
  const tenant = await openReady(cluster.client);
  const changed = staged({}, [{ ...STAGING, suffix: '-stage' }, PRODUCTION]);
  await expect(tenant.applyBlueprint(changed)).rejects.toThrow(
    'the suffix of an environment cannot be changed: its objects would be deleted and made anew',
  );
});

test('a deleted blueprint takes all environments along, and the shared source last', async () => {
  const tenant = await openReady(cluster.client);
  const log = await DeletionLog.start(tenant);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect((await log.end(5)).at(-1)).toBe('GitRepository/fleet');
  expect(await tenant.generated()).toEqual([]);
});
