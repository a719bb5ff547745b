import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Label } from '../../../src/api/names.ts';
import { objectId } from '../../../src/api/object.ts';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, chartLayer, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { DeletionLog } from '../../harness/blueprint/deletion-log.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

test('a changed field reaches its object, and no other object is written', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [layer('base'), layer('apps', ['base'], { interval: '1h', path: './elsewhere' })],
  });
  await tenant.bringUp();
  expect(await tenant.get('Kustomization', 'apps')).toMatchObject({
    metadata: { generation: 2 },
    spec: { interval: '1h', path: './elsewhere' },
  });
  const after = versionsOf(await tenant.generated());
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(changed).toEqual([`Kustomization/${tenant.namespace}/apps`]);
});

test('a field that is no longer set is taken from the object', async () => {
  const tenant = await Tenant.open(cluster.client);
  const kustomization = {
    timeout: '3m',
    postBuild: { substitute: { KEPT: 'yes', DROPPED: 'yes' } },
    decryption: { provider: 'sops' },
  };
  await tenant.applyBlueprint({ ...chainSpec(), layers: [layer('apps', [], kustomization)] });
  await tenant.bringUp();
  await tenant.applyBlueprint({
    ...chainSpec(),
    layers: [layer('apps', [], { postBuild: { substitute: { KEPT: 'yes' } } })],
  });
  await tenant.bringUp();
  const { spec } = (await tenant.get('Kustomization', 'apps')) as unknown as { spec: object };
  expect(spec).not.toHaveProperty('timeout');
  expect(spec).not.toHaveProperty('decryption');
  expect(spec).toMatchObject({ postBuild: { substitute: { KEPT: 'yes' } } });
  expect(spec).not.toHaveProperty('postBuild.substitute.DROPPED');
});

test('a map that becomes empty is an empty map in the object, and never a null', async () => {
  const tenant = await Tenant.open(cluster.client);
  const spec = (helmRelease: object, postBuild: object): object => ({
    sources: [gitSource()],
    layers: [{ ...chartLayer('chart'), helmRelease }, layer('apps', [], { postBuild })],
  });
  await tenant.applyBlueprint(
    spec(
      { install: { createNamespace: true }, values: { ingress: { enabled: true }, replicas: 2 } },
      { substitute: { A: 'b' } },
    ),
  );
  await tenant.bringUp();
  // Not by server-side apply, which cannot empty a map of the blueprint either.
  const emptied = spec({ install: {}, values: { ingress: {}, replicas: 2 } }, { substitute: {} });
  await tenant.patch(tenant.blueprintRef(), { spec: emptied });
  await tenant.bringUp();
  const { spec: release } = await tenant.get('HelmRelease', 'chart');
  expect(release).toMatchObject({ install: {}, values: { replicas: 2 } });
  expect(release).toHaveProperty('install', {});
  expect(release).toHaveProperty('values.ingress', {});
  expect((await tenant.get('Kustomization', 'apps'))['spec']).toHaveProperty('postBuild.substitute', {});
});

test('removed layers are deleted, the last first, and nothing else is touched', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'middle', 'late', 'latest'));
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  const log = await DeletionLog.start(tenant);
  await tenant.applyBlueprint(chainSpec('base', 'middle'));
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base', 'Kustomization/middle']);
  expect(await log.end(2)).toEqual(['Kustomization/latest', 'Kustomization/late']);
  const after = versionsOf(await tenant.generated());
  expect(after).toEqual(Object.fromEntries(Object.keys(after).map((name) => [name, before[name]])));
  expect(readInventory(await tenant.status()).map(({ id }) => id)).toEqual(
    [
      tenant.ref('GitRepository', 'fleet'),
      tenant.ref('Kustomization', 'base'),
      tenant.ref('Kustomization', 'middle'),
    ].map(objectId),
  );
});

test('a renamed layer becomes a new object before the old one goes', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  const old = await tenant.get('Kustomization', 'apps');
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { metadata: { finalizers: ['example.com/hold'] } });
  await tenant.applyBlueprint(chainSpec('base', 'shop'));
  await tenant.untilThere('Kustomization', 'shop');
  await tenant.client.setReady(tenant.ref('Kustomization', 'shop'), 'True');
  const held = await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: 'deleting' });
  expect(held.message).toContain(
    `Kustomization/${tenant.namespace}/apps is held by finalizer example.com/hold`,
  );
  expect((await tenant.get('Kustomization', 'apps')).metadata.uid).toBe(old.metadata.uid);
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { metadata: { finalizers: null } });
  await tenant.bringUp();
  await tenant.untilGone('Kustomization', 'apps');
});

test('an object that keeps its name under a renamed layer stays the same object and gets the new label', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({
    ...chainSpec(),
    layers: [{ ...layer('old'), path: './apps', objectName: 'apps' }],
  });
  await tenant.bringUp();
  const before = await tenant.get('Kustomization', 'apps');
  await tenant.applyBlueprint({
    ...chainSpec(),
    layers: [{ ...layer('new'), path: './apps', objectName: 'apps' }],
  });
  await tenant.bringUp();
  const after = await tenant.get('Kustomization', 'apps');
  expect(after.metadata.uid).toBe(before.metadata.uid);
  expect(after.metadata.labels?.[Label.Layer]).toBe('new');
});

test('a changed order of dependencies is the order of deletion too', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('one', 'two', 'three'));
  await tenant.bringUp();
  await tenant.applyBlueprint(chainSpec('three', 'two', 'one'));
  await tenant.bringUp();
  const log = await DeletionLog.start(tenant);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await log.end(4)).toEqual([
    'Kustomization/one',
    'Kustomization/two',
    'Kustomization/three',
    'GitRepository/fleet',
  ]);
});

test('the order in which a blueprint lists things means nothing: listed anew, nothing is written', async () => {
  const tenant = await Tenant.open(cluster.client);
  const { sources, layers } = chainSpec('base', 'middle', 'apps');
  const more = [...sources, gitSource('other')];
  const named = layers.map((item) => ({ ...item, source: 'fleet' }));
  await tenant.applyBlueprint({ sources: more, layers: named });
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  await tenant.applyBlueprint({ sources: more.toReversed(), layers: named.toReversed() });
  await tenant.bringUp();
  expect(versionsOf(await tenant.generated())).toEqual(before);
});

test('what is taken out and put back in while it is still going comes back', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  const { uid } = (
    await tenant.patch(tenant.ref('Kustomization', 'apps'), {
      metadata: { finalizers: ['example.com/hold'] },
    })
  ).metadata;
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.untilCondition({ type: 'Ready', says: 'deleting' });
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: 'is being deleted' });
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { metadata: { finalizers: null } });
  await tenant.bringUp();
  const anew = await tenant.get('Kustomization', 'apps');
  expect(anew.metadata.uid).not.toBe(uid);
  expect(anew.metadata.deletionTimestamp).toBeUndefined();
});
