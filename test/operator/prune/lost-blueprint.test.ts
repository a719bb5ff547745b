import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FINALIZER, SHARD_KEY } from '../../../src/api/names.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { startTestCluster, type TestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { deleteFromStorage } from './delete-from-storage.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

async function openPlatform(spec: object = {}): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('base'), layer('apps')], ...spec });
  await tenant.bringUp();
  return tenant;
}

/** What the API server does where the finalizer was stored too late. */
async function lose(tenant: Tenant): Promise<void> {
  const { namespace, name } = tenant.blueprintRef();
  const { metadata } = await tenant.blueprint();
  expect(metadata.finalizers).toEqual([FINALIZER]);
  await deleteFromStorage(cluster.controlPlane, namespace ?? '', name);
}

test('what a blueprint generated goes, although the API server let the blueprint go in spite of its finalizer', async () => {
  const tenant = await openPlatform();
  await lose(tenant);
  await tenant.untilGenerated([]);
  await tenant.untilGone('Kustomization', 'apps');
});

test('what holds an object of a lost blueprint is waited for', async () => {
  const tenant = await openPlatform();
  const apps = await tenant.get('Kustomization', 'apps');
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { metadata: { finalizers: ['example.com/held'] } });
  await waitFor('the operator saw the finalizer', async () => {
    const { metadata } = await tenant.get('Kustomization', 'apps');
    return metadata.finalizers?.length === 1;
  });
  await lose(tenant);
  await waitFor('apps is being deleted', async () => {
    const { metadata } = await tenant.get('Kustomization', 'apps');
    return metadata.uid === apps.metadata.uid && metadata.deletionTimestamp !== undefined;
  });
  expect(await tenant.find('GitRepository', 'fleet')).toBeDefined();
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { metadata: { finalizers: null } });
  await tenant.untilGenerated([]);
});

test('a lost blueprint with deletionPolicy Orphan lets go of what it generated', async () => {
  const tenant = await openPlatform({ deletionPolicy: 'Orphan' });
  await lose(tenant);
  await tenant.untilGenerated([]);
  expect(await tenant.find('Kustomization', 'apps')).toBeDefined();
});

test('a new blueprint of the same name generates its own objects, and nothing of the lost one is left', async () => {
  const tenant = await openPlatform();
  await lose(tenant);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('apps'), layer('web')] });
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/apps', 'Kustomization/web']);
  await tenant.untilGone('Kustomization', 'base');
});

test('a blueprint that leaves the shard keeps what it generated', async () => {
  const tenant = await openPlatform();
  const [before, ref] = [await tenant.generatedNames(), tenant.blueprintRef()];
  const label = async (value: string | null): Promise<unknown> =>
    cluster.client.cluster.merge(
      { ...ref, apiVersion: 'fluxblueprint.io/v1beta1', kind: 'FluxBlueprint' },
      { metadata: { labels: { [SHARD_KEY]: value } } },
      { fieldManager: 'somebody' },
    );
  await label('other');
  // Another blueprint that is lost after it has been removed from the cluster: the first had its turn before.
  const second = await openPlatform();
  await lose(second);
  await second.untilGenerated([]);
  expect(await tenant.generatedNames()).toEqual(before);
  await label(null);
  await tenant.reconcileNow();
  expect(await tenant.generatedNames()).toEqual(before);
});
