import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FINALIZER } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, everyKindSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { DeletionLog } from '../../harness/blueprint/deletion-log.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** Somebody else's finalizer, which holds an object until {@link release}. */
async function hold(tenant: Tenant, kind: string, name: string): Promise<void> {
  await tenant.patch(tenant.ref(kind, name), { metadata: { finalizers: ['example.com/hold'] } });
}

async function release(tenant: Tenant, kind: string, name: string): Promise<void> {
  await tenant.patch(tenant.ref(kind, name), { metadata: { finalizers: null } });
}

test('a deleted blueprint takes everything it generated along, of every kind, the last wave first', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(everyKindSpec());
  await tenant.bringUp();
  const count = (await tenant.generated()).length;
  const log = await DeletionLog.start(tenant);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  const order = await log.end(count);
  expect(await tenant.generated()).toEqual([]);
  const before = (first: string, second: string): void => {
    expect(order.indexOf(first)).toBeLessThan(order.indexOf(second));
  };
  before('Kustomization/apps', 'Kustomization/dashboards');
  before('HelmRelease/grafana', 'Kustomization/dashboards');
  before('Kustomization/dashboards', 'HelmRelease/prometheus');
  before('HelmRelease/prometheus', 'Kustomization/infrastructure');
  before('Kustomization/infrastructure', 'GitRepository/fleet');
  before('HelmRelease/grafana', 'OCIRepository/grafana');
  before('Alert/on-call', 'Provider/chat');
  expect(order.slice(-5).sort()).toEqual([
    'Bucket/assets',
    'GitRepository/fleet',
    'HelmRepository/charts',
    'OCIRepository/grafana',
    'Provider/chat',
  ]);
});

test('no object is asked to go before all of the later waves are gone, whatever holds them', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'middle', 'apps'));
  await tenant.bringUp();
  await hold(tenant, 'Kustomization', 'apps');
  await hold(tenant, 'Kustomization', 'middle');
  const log = await DeletionLog.start(tenant);
  await tenant.deleteBlueprint();
  const held = (name: string): string =>
    `Kustomization/${tenant.namespace}/${name} is held by finalizer example.com/hold`;

  const first = await tenant.untilCondition({ type: 'Reconciling', says: held('apps') });
  expect(first).toMatchObject({ status: 'True', reason: 'Terminating' });
  expect(first.message).toContain('4 objects are left');
  await tenant.reconcileNow();
  expect(log.wasAsked('Kustomization/middle')).toBe(false);

  await release(tenant, 'Kustomization', 'apps');
  await tenant.untilCondition({ type: 'Reconciling', says: held('middle') });
  await tenant.reconcileNow();
  expect(log.gone).toEqual(['Kustomization/apps']);
  expect(log.wasAsked('Kustomization/base')).toBe(false);

  await release(tenant, 'Kustomization', 'middle');
  await tenant.untilDeleted();
  expect(await log.end(4)).toEqual([
    'Kustomization/apps',
    'Kustomization/middle',
    'Kustomization/base',
    'GitRepository/fleet',
  ]);
});

test('a finalizer that comes onto an object at the last moment is waited for', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  const log = await DeletionLog.start(tenant);
  // Side by side, so that the operator may not have heard of the finalizer when it deletes.
  await Promise.all([hold(tenant, 'Kustomization', 'apps'), tenant.deleteBlueprint()]).catch(() => undefined);
  if ((await tenant.find('Kustomization', 'apps')) !== undefined) {
    await tenant.untilCondition({ type: 'Reconciling', says: 'is held by finalizer example.com/hold' });
    expect(log.wasAsked('Kustomization/base')).toBe(false);
    await release(tenant, 'Kustomization', 'apps');
  }
  await tenant.untilDeleted();
  expect(await log.end(3)).toEqual(['Kustomization/apps', 'Kustomization/base', 'GitRepository/fleet']);
});

test('the status counts down what is left while a deletion goes on', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  await hold(tenant, 'Kustomization', 'base');
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Ready', reason: 'Terminating', says: '2 objects are left' });
  const tracked = readInventory(await tenant.status());
  expect(tracked.map(({ id }) => id.split('_')[1])).toEqual(['fleet', 'base']);
  await release(tenant, 'Kustomization', 'base');
  await tenant.untilDeleted();
});

test('a blueprint that no longer compiles can be deleted', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [layer('base', ['apps']), layer('apps', ['base'])],
  });
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

test('a blueprint that never compiled is gone at once', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ layers: [layer('base', ['nowhere'])] });
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  expect((await tenant.blueprint()).metadata.finalizers).toBeUndefined();
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
});

test('objects of other owners stay, those of another blueprint among them', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ sources: [gitSource('other')], layers: [layer('other')] }, 'other');
  await tenant.bringUp('other');
  const foreign = await tenant.client.apply({
    apiVersion: tenant.ref('GitRepository', 'by-hand').apiVersion,
    kind: 'GitRepository',
    metadata: { name: 'by-hand', namespace: tenant.namespace },
    spec: { url: 'https://example.com/by-hand.git', interval: '5m' },
  });
  const before = versionsOf([foreign, ...(await tenant.generated('other'))]);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  const stays = [await tenant.get('GitRepository', 'by-hand'), ...(await tenant.generated('other'))];
  expect(versionsOf(stays)).toEqual(before);
});

test('an object that somebody deleted, and another owner made anew, is left to that owner', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  // While it is held the operator does not bring back what it deletes: so the new owner comes first.
  await hold(tenant, 'Kustomization', 'apps');
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Reconciling', reason: 'Terminating' });
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'base'));
  await tenant.untilGone('Kustomization', 'base');
  const foreign = await tenant.client.apply({
    apiVersion: tenant.ref('Kustomization', 'base').apiVersion,
    kind: 'Kustomization',
    metadata: { name: 'base', namespace: tenant.namespace },
    spec: { interval: '5m', prune: false, path: '../', sourceRef: { kind: 'GitRepository', name: 'theirs' } },
  });
  await release(tenant, 'Kustomization', 'apps');
  await tenant.untilDeleted();
  expect(versionsOf([await tenant.get('Kustomization', 'base')])).toEqual(versionsOf([foreign]));
});

test('what lost its labels is deleted all the same', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  // Held, the last wave gives time to strip the labels of the one before it.
  await hold(tenant, 'Kustomization', 'apps');
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Reconciling', reason: 'Terminating' });
  await tenant.patch(tenant.ref('Kustomization', 'base'), { metadata: { labels: null } });
  await tenant.patch(tenant.ref('GitRepository', 'fleet'), {
    metadata: { labels: { 'fluxblueprint.io/name': null } },
  });
  await release(tenant, 'Kustomization', 'apps');
  await tenant.untilDeleted();
  expect(await tenant.find('Kustomization', 'base')).toBeUndefined();
  expect(await tenant.find('GitRepository', 'fleet')).toBeUndefined();
});

test('a blueprint comes back under the same name with objects of its own', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const uids = (objects: KubeObject[]): (string | undefined)[] => objects.map(({ metadata }) => metadata.uid);
  const old = uids(await tenant.generated());
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const anew = uids(await tenant.generated());
  expect(anew).toHaveLength(2);
  expect(anew.filter((uid) => old.includes(uid))).toEqual([]);
});

test('other finalizers of a blueprint are neither taken nor waited for', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const finalizers = [FINALIZER, 'example.com/backup'];
  await tenant.patch(tenant.blueprintRef(), { metadata: { finalizers } });
  await tenant.deleteBlueprint();
  await waitFor('only the other finalizer is left', async () => {
    return (await tenant.blueprint()).metadata.finalizers?.join() === 'example.com/backup';
  });
  expect(await tenant.generated()).toEqual([]);
  await tenant.patch(tenant.blueprintRef(), { metadata: { finalizers: null } });
  await tenant.untilDeleted();
});
