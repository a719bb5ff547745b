import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { layer } from '../../harness/blueprint/blueprints.ts';
import {
  PRODUCTION,
  STAGING,
  artifactOf,
  intervalOf,
  openReady,
  playRevision,
  markReady,
  markStagingReady,
  staged,
  untilInterval,
} from './staged.ts';
import { versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

test('a change comes to production only when staging is ready with it, not as it was before', async () => {
  const tenant = await openReady(cluster.client);
  await tenant.applyBlueprint(staged({ interval: '7m' }));
  await untilInterval(tenant, 'apps-staging', '7m');
  const says = `waiting for Kustomization/${tenant.namespace}/apps-staging`;
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says });
  // Its Ready condition is still True, and speaks of the generation before the change.
  expect(await tenant.get('Kustomization', 'apps-staging')).toMatchObject({
    metadata: { generation: 2 },
    status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] },
  });
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  expect((await tenant.status()).environments).toMatchObject([
    { name: 'staging', state: 'Progressing', ready: 1, total: 2, revision: 2 },
    {
      ...{ name: 'production', state: 'Ready', ready: 2, total: 2, revision: 1 },
      waitsFor: { gate: 'After', message: 'staging must be ready with the same revision first' },
      plan: { create: 0, update: 1, delete: 0, names: [`update Kustomization/${tenant.namespace}/apps`] },
    },
  ]);
  await markReady(tenant, 'apps-staging');
  await untilInterval(tenant, 'apps', '7m');
  await tenant.bringUp();
});

test('a change that breaks staging never comes to production, and going back mends', async () => {
  const tenant = await openReady(cluster.client, staged({ interval: '10m' }));
  const before = versionsOf([
    await tenant.get('Kustomization', 'apps'),
    await tenant.get('Kustomization', 'base'),
  ]);
  await tenant.applyBlueprint(staged({ interval: '7m', timeout: '1m' }));
  await untilInterval(tenant, 'apps-staging', '7m');
  await tenant.client.setReady(
    tenant.ref('Kustomization', 'apps-staging'),
    'False',
    'BuildFailed',
    'no path',
  );
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ComponentFailed' });
  await tenant.reconcileNow();
  const asBefore = async (): Promise<void> => {
    const now = [await tenant.get('Kustomization', 'apps'), await tenant.get('Kustomization', 'base')];
    expect(versionsOf(now)).toEqual(before);
  };
  await asBefore();
  await cluster.restartOperator();
  await tenant.reconcileNow();
  await asBefore();
  await tenant.applyBlueprint(staged({ interval: '10m' }));
  await untilInterval(tenant, 'apps-staging', '10m');
  await markReady(tenant, 'apps-staging');
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '5/5 ready' });
  await asBefore();
});

test('drift in production is repaired while a change waits, without the change', async () => {
  const tenant = await openReady(cluster.client);
  await tenant.applyBlueprint(staged({ interval: '7m' }));
  await untilInterval(tenant, 'apps-staging', '7m');
  // One that the change concerns and one that it does not.
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { path: './by-hand' } });
  await tenant.patch(tenant.ref('Kustomization', 'base'), { spec: { path: './by-hand' } });
  await waitFor('both are repaired', async () => {
    const [apps, base] = [
      await tenant.get('Kustomization', 'apps'),
      await tenant.get('Kustomization', 'base'),
    ];
    return [apps, base].every(({ spec }) => (spec as { path: string }).path !== './by-hand');
  });
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  const { uid } = (await tenant.get('Kustomization', 'apps')).metadata;
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'apps'));
  await waitFor('it is there anew', async () => {
    const found = await tenant.find('Kustomization', 'apps');
    return found !== undefined && found.metadata.uid !== uid;
  });
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await markStagingReady(tenant);
  await untilInterval(tenant, 'apps', '7m');
  await tenant.bringUp();
});

test('a change of one environment alone waits for nothing that it does not concern', async () => {
  const tenant = await openReady(cluster.client);
  const change = { ...PRODUCTION, layers: [{ name: 'apps', kustomization: { interval: '7m' } }] };
  const before = versionsOf([await tenant.get('Kustomization', 'apps-staging')]);
  await tenant.applyBlueprint(staged({}, [STAGING, change]));
  await untilInterval(tenant, 'apps', '7m');
  await tenant.bringUp();
  expect(versionsOf([await tenant.get('Kustomization', 'apps-staging')])).toEqual(before);
});

test('what is removed goes from staging first, and from production when staging is ready without it', async () => {
  const tenant = await openReady(cluster.client);
  await tenant.patch(tenant.ref('Kustomization', 'apps-staging'), {
    metadata: { finalizers: ['example.com/hold'] },
  });
  await tenant.applyBlueprint({ ...staged(), layers: [layer('base')] });
  await waitFor('it is asked to go', async () => {
    return (await tenant.get('Kustomization', 'apps-staging')).metadata.deletionTimestamp !== undefined;
  });
  await tenant.reconcileNow();
  expect((await tenant.get('Kustomization', 'apps')).metadata.deletionTimestamp).toBeUndefined();
  await tenant.client.setReady(
    tenant.ref('Kustomization', 'base-staging'),
    'False',
    'BuildFailed',
    'needs apps',
  );
  await tenant.patch(tenant.ref('Kustomization', 'apps-staging'), { metadata: { finalizers: null } });
  await tenant.untilGone('Kustomization', 'apps-staging');
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: 'needs apps' });
  await tenant.reconcileNow();
  expect((await tenant.get('Kustomization', 'apps')).metadata.deletionTimestamp).toBeUndefined();
  await markReady(tenant, 'base-staging');
  await tenant.untilGone('Kustomization', 'apps');
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '3/3 ready' });
});

test('an environment is not ready with a revision that its source no longer holds', async () => {
  const own = (tag: string): object => ({ name: 'fleet', git: { ref: { tag } } });
  const pinned = (tag: string): object =>
    staged({}, [
      { ...STAGING, sources: [own(tag)] },
      { ...PRODUCTION, sources: [own(tag)] },
    ]);
  const tenant = await openReady(cluster.client, pinned('v1'));
  await tenant.applyBlueprint(pinned('v2'));
  const source = tenant.ref('GitRepository', 'fleet-staging');
  const tagOf = async (name: string): Promise<unknown> =>
    ((await tenant.get('GitRepository', name))['spec'] as { ref: { tag: string } }).ref.tag;
  await waitFor('staging has the tag', async () => (await tagOf('fleet-staging')) === 'v2');
  // Flux reports the new revision on the source first, and those who use it are ready with the former one.
  await playRevision(tenant, source, { artifact: artifactOf('v2@sha1:b') });
  await playRevision(tenant, tenant.ref('Kustomization', 'base-staging'), {
    lastAppliedRevision: 'v1@sha1:a',
  });
  await playRevision(tenant, tenant.ref('Kustomization', 'apps-staging'), {
    lastAppliedRevision: 'v1@sha1:a',
  });
  await tenant.reconcileNow();
  expect(await tagOf('fleet')).toBe('v1');
  await playRevision(tenant, tenant.ref('Kustomization', 'base-staging'), {
    lastAppliedRevision: 'v2@sha1:b',
  });
  await tenant.reconcileNow();
  expect(await tagOf('fleet')).toBe('v1');
  await playRevision(tenant, tenant.ref('Kustomization', 'apps-staging'), {
    lastAppliedRevision: 'v2@sha1:b',
  });
  await waitFor('production has the tag', async () => (await tagOf('fleet')) === 'v2');
});

test('with three environments a change goes from one to the next', async () => {
  const chain = [{ name: 'dev' }, { ...STAGING, after: 'dev' }, PRODUCTION];
  const tenant = await openReady(cluster.client, staged({}, chain));
  await tenant.applyBlueprint(staged({ interval: '7m' }, chain));
  await untilInterval(tenant, 'apps-dev', '7m');
  await tenant.reconcileNow();
  expect([await intervalOf(tenant, 'apps-staging'), await intervalOf(tenant, 'apps')]).toEqual([
    '10m',
    '10m',
  ]);
  await markReady(tenant, 'apps-dev');
  await untilInterval(tenant, 'apps-staging', '7m');
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await markReady(tenant, 'apps-staging');
  await untilInterval(tenant, 'apps', '7m');
});

test('a restart in the middle of a change does not bring it to production, and does not lose it either', async () => {
  const tenant = await openReady(cluster.client);
  await tenant.applyBlueprint(staged({ interval: '7m' }));
  await untilInterval(tenant, 'apps-staging', '7m');
  await cluster.restartOperator('SIGKILL');
  await tenant.reconcileNow();
  expect(await intervalOf(tenant, 'apps')).toBe('10m');
  await markReady(tenant, 'apps-staging');
  await untilInterval(tenant, 'apps', '7m');
});
