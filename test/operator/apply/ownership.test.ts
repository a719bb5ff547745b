import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIELD_MANAGER } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, managersOf, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** Makes a Kustomization of somebody else. */
function makeForeign(tenant: Tenant, name: string, metadata: object = {}): Promise<KubeObject> {
  return tenant.client.apply({
    apiVersion: tenant.ref('Kustomization', name).apiVersion,
    kind: 'Kustomization',
    metadata: { name, namespace: tenant.namespace, ...metadata },
    spec: {
      interval: '5m',
      prune: false,
      path: './theirs',
      timeout: '4m',
      sourceRef: { kind: 'GitRepository', name: 'theirs' },
    },
  });
}

test.each([
  ['a field manager', {}, 'field manager test'],
  [
    'a Kustomization of Flux',
    {
      labels: {
        'kustomize.toolkit.fluxcd.io/name': 'root',
        'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      },
    },
    'Kustomization flux-system/root',
  ],
  ['a Helm release', { annotations: { 'meta.helm.sh/release-name': 'umbrella' } }, 'Helm release umbrella'],
  [
    'a person who copied our first label only',
    { labels: { 'app.kubernetes.io/managed-by': 'fluxblueprint' } },
    'field manager test',
  ],
])(
  'an object that exists and belongs to %s is refused, and nothing at all is written',
  async (_, metadata, owner) => {
    const tenant = await Tenant.open(cluster.client);
    const foreign = await makeForeign(tenant, 'apps', metadata);
    await tenant.applyBlueprint(chainSpec('base', 'apps'));
    const stalled = await tenant.untilCondition({
      type: 'Stalled',
      status: 'True',
      reason: 'ObjectConflict',
    });
    expect(stalled.message).toBe(
      `spec.layers[1]: Kustomization/${tenant.namespace}/apps exists and belongs to ${owner}: rename it, or set \`adoption: Adopt\``,
    );
    expect(await tenant.generated()).toEqual([]);
    expect(await tenant.find('GitRepository', 'fleet')).toBeUndefined();
    expect(versionsOf([await tenant.get('Kustomization', 'apps')])).toEqual(versionsOf([foreign]));
    expect((await tenant.blueprint()).metadata.finalizers).toBeUndefined();
  },
);

test('every object that is refused is named', async () => {
  const tenant = await Tenant.open(cluster.client);
  await makeForeign(tenant, 'apps');
  await makeForeign(tenant, 'base');
  await tenant.applyBlueprint(chainSpec('base', 'middle', 'apps'));
  const { message } = await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  expect(message.split('\n').map((line) => line.split(':')[0])).toEqual(['spec.layers[2]', 'spec.layers[0]']);
});

test('a refused object is not deleted with the blueprint that was refused', async () => {
  const tenant = await Tenant.open(cluster.client);
  const foreign = await makeForeign(tenant, 'apps');
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(versionsOf([await tenant.get('Kustomization', 'apps')])).toEqual(versionsOf([foreign]));
});

test('a running blueprint that comes to want a foreign object goes on as it was, and mends', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const before = versionsOf(await tenant.generated());
  await makeForeign(tenant, 'apps');
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.untilCondition({ type: 'Stalled', reason: 'ObjectConflict' });
  expect(versionsOf(await tenant.generated())).toEqual(before);
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'apps'));
  await tenant.reconcileNow();
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base', 'Kustomization/apps']);
});

test('with adoption the object is taken over, and what the blueprint does not set of it stays', async () => {
  const tenant = await Tenant.open(cluster.client);
  const foreign = await makeForeign(tenant, 'apps', { labels: { 'example.com/team': 'shop' } });
  await tenant.applyBlueprint({ ...chainSpec('apps'), adoption: 'Adopt' });
  await tenant.bringUp();
  const adopted = await tenant.get('Kustomization', 'apps');
  expect(adopted.metadata.uid).toBe(foreign.metadata.uid);
  expect(adopted.metadata.labels).toMatchObject({
    'example.com/team': 'shop',
    'fluxblueprint.io/name': 'platform',
  });
  expect(adopted).toMatchObject({
    spec: { path: './apps', interval: '10m', prune: true, timeout: '4m', sourceRef: { name: 'fleet' } },
  });
  expect(managersOf(adopted)).toContain(FIELD_MANAGER);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.find('Kustomization', 'apps')).toBeUndefined();
});

test('adoption may be allowed later', async () => {
  const tenant = await Tenant.open(cluster.client);
  await makeForeign(tenant, 'apps');
  await tenant.applyBlueprint(chainSpec('apps'));
  await tenant.untilCondition({ type: 'Stalled', reason: 'ObjectConflict' });
  await tenant.applyBlueprint({ ...chainSpec('apps'), adoption: 'Adopt' });
  const { status } = await tenant.bringUp();
  expect(status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
});

test('of two blueprints that claim one object the second is refused, and the first is not harmed', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'), 'first');
  await tenant.bringUp('first');
  const before = versionsOf(await tenant.generated('first'));
  const spec = {
    sources: [gitSource('other')],
    layers: [layer('apps', [], { interval: '1h' })],
    adoption: 'Adopt',
  };
  await tenant.applyBlueprint(spec, 'second');
  const { message } = await tenant.untilCondition({ type: 'Stalled', reason: 'ObjectConflict' }, 'second');
  expect(message).toBe(
    `spec.layers[0]: Kustomization/${tenant.namespace}/apps exists and belongs to FluxBlueprint ${tenant.namespace}/first: rename one of the two`,
  );
  expect(await tenant.generated('second')).toEqual([]);
  await tenant.deleteBlueprint('second');
  await tenant.untilDeleted('second');
  await tenant.reconcileNow('first');
  expect(versionsOf(await tenant.generated('first'))).toEqual(before);
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'first');
});

test('what one blueprint gave up another can take', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'), 'first');
  await tenant.bringUp('first');
  await tenant.applyBlueprint(chainSpec('base'), 'first');
  await tenant.bringUp('first');
  await tenant.untilGone('Kustomization', 'apps');
  await tenant.applyBlueprint({ sources: [gitSource('other')], layers: [layer('apps')] }, 'second');
  await tenant.bringUp('second');
  await tenant.untilGenerated(['GitRepository/other', 'Kustomization/apps'], 'second');
});

test('of two blueprints made in the same moment one gets the object, and each goes with its own only', async () => {
  const tenant = await Tenant.open(cluster.client);
  const spec = (source: string): object => ({ sources: [gitSource(source)], layers: [layer('apps')] });
  const names = ['left', 'right'];
  await Promise.all(names.map((name) => tenant.applyBlueprint(spec(name), name)));
  const apps = await tenant.untilThere('Kustomization', 'apps');
  await waitFor('one is refused', async () => {
    const all = await Promise.all(names.map((name) => tenant.status(name)));
    return all.some(({ conditions = [] }) => conditions.some(({ reason }) => reason === 'ObjectConflict'));
  });
  const owner = (await tenant.get('Kustomization', 'apps')).metadata.labels?.['fluxblueprint.io/name'] ?? '';
  const loser = names.find((name) => name !== owner) ?? '';
  await tenant.bringUp(owner);
  await tenant.deleteBlueprint(loser);
  await tenant.untilDeleted(loser);
  expect((await tenant.get('Kustomization', 'apps')).metadata.uid).toBe(apps.metadata.uid);
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, owner);
});
