import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { installKind } from '../../harness/api-server/crds.ts';
import { ENOUGH, grant, makeAccount } from '../../harness/blueprint/accounts.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { kustomizeController } from '../../harness/blueprint/former-appliers.ts';
import { Tenant, managersOf, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';

let cluster: TestCluster;
let admin: Tenant;

/** The operator has all rights here, so that nothing but the operator itself holds a blueprint back. */
beforeAll(async () => {
  cluster = await startTestCluster(['--admin-namespaces', 'admins,platform', '--admin-namespaces=ops']);
  await installKind(cluster.client, {
    group: 'image.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'ImageRepository',
    plural: 'imagerepositories',
  });
  await installKind(cluster.client, {
    group: 'external-secrets.io',
    version: 'v1',
    kind: 'ClusterSecretStore',
    plural: 'clustersecretstores',
    scope: 'Cluster',
  });
  admin = Tenant.at(cluster.client, await cluster.client.makeNamespace('admins'));
});

afterAll(() => cluster.stop());

const INVALID = { type: 'Stalled', status: 'True', reason: 'InvalidBlueprint' } as const;

const IMAGE = { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository' };

/** A layer with an object of a kind that is kept for admins. */
function imageLayer(name: string): object {
  return { name, object: { ...IMAGE, spec: { image: 'registry.example.com/shop', interval: '5m' } } };
}

const STORE = { apiVersion: 'external-secrets.io/v1', kind: 'ClusterSecretStore' };

/** A source, and a layer `base`. */
const BASE = { sources: [gitSource()], layers: [layer('base')] };

/** The same, and a layer `apps` in a namespace. */
function inNamespace(namespace: string, fields: object = {}): object {
  return { ...BASE, layers: [...BASE.layers, { ...layer('apps'), namespace, ...fields }] };
}

test('a blueprint of an admin without an account is written into any namespace, and deleted from there', async () => {
  const elsewhere = await Tenant.open(cluster.client);
  const made = `made-${elsewhere.namespace}`;
  await admin.applyBlueprint(
    {
      sources: [gitSource()],
      namespaces: [{ name: made }],
      layers: [
        { ...layer('apps'), namespace: elsewhere.namespace },
        { ...layer('more'), namespace: made },
        { ...imageLayer('image'), namespace: elsewhere.namespace },
        { name: made, object: { ...STORE, spec: {} } },
      ],
    },
    'everywhere',
  );
  const image = { ...IMAGE, namespace: elsewhere.namespace, name: 'image' };
  const written = await elsewhere.untilThere('Kustomization', 'apps');
  expect(written).not.toHaveProperty('spec.serviceAccountName');
  await Tenant.at(cluster.client, made).untilThere('Kustomization', 'more');
  await waitFor('the image is there', () => cluster.client.cluster.get(image));
  const accounts = readInventory(await admin.status('everywhere')).map(({ account }) => account);
  expect(new Set(accounts)).toEqual(new Set([undefined]));
  await waitFor('the store is there', () => cluster.client.cluster.get({ ...STORE, name: made }));
  await admin.deleteBlueprint('everywhere');
  await admin.untilDeleted('everywhere');
  expect(await cluster.client.cluster.get({ ...STORE, name: made })).toBeUndefined();
  await elsewhere.untilGone('Kustomization', 'apps');
  expect(await cluster.client.cluster.get(image)).toBeUndefined();
});

test('it takes over what exists in other namespaces, exactly', async () => {
  const elsewhere = await Tenant.open(cluster.client);
  const { apiVersion, kind, namespace = '', name } = elsewhere.ref('Kustomization', 'apps');
  const sourceRef = { kind: 'GitRepository', name: 'theirs' };
  const spec = { interval: '5m', prune: true, timeout: '4m', sourceRef };
  const metadata = { name, namespace };
  const foreign = await kustomizeController.apply(elsewhere, { apiVersion, kind, metadata, spec });
  await admin.applyBlueprint({ ...inNamespace(elsewhere.namespace), adoption: 'Adopt' }, 'adopting');
  await admin.bringUp('adopting');
  const adopted = await elsewhere.get('Kustomization', 'apps');
  expect(adopted.metadata.uid).toBe(foreign.metadata.uid);
  expect(adopted).not.toHaveProperty('spec.timeout');
  expect(managersOf(adopted)).not.toContain('kustomize-controller');
  await admin.deleteBlueprint('adopting');
  await admin.untilDeleted('adopting');
});

test('with an account it has the rights of that account, and no others', async () => {
  const elsewhere = await Tenant.open(cluster.client);
  await grant(admin, ENOUGH);
  const spec = { ...inNamespace(elsewhere.namespace), serviceAccountName: 'deployer' };
  await admin.applyBlueprint(spec, 'as-account');
  const { message } = await admin.untilCondition(
    { type: 'Ready', status: 'False', reason: 'ApplyFailed' },
    'as-account',
  );
  expect(message).toContain('User "system:serviceaccount:admins:deployer" cannot get');
  expect(await elsewhere.find('Kustomization', 'apps')).toBeUndefined();
  await admin.deleteBlueprint('as-account');
  await admin.untilDeleted('as-account');
});

test('when it comes to name an account, what it wrote before is deleted as that account alone', async () => {
  const elsewhere = await Tenant.open(cluster.client);
  await admin.applyBlueprint(inNamespace(elsewhere.namespace), 'moving');
  await admin.bringUp('moving');
  await makeAccount(admin, 'weak');
  await admin.applyBlueprint({ ...BASE, serviceAccountName: 'weak' }, 'moving');
  await admin.untilCondition({ type: 'Ready', status: 'False' }, 'moving');
  await admin.deleteBlueprint('moving');
  await admin.untilCondition({ type: 'Ready', reason: 'DeletionBlocked' }, 'moving');
  expect((await elsewhere.get('Kustomization', 'apps')).metadata.deletionTimestamp).toBeUndefined();
  await admin.patch(admin.blueprintRef('moving'), { spec: { serviceAccountName: null } });
  await admin.untilDeleted('moving');
  await elsewhere.untilGone('Kustomization', 'apps');
});

test('when it drops its account, it goes on with the rights of the operator, deletions included', async () => {
  const elsewhere = await Tenant.open(cluster.client);
  await grant(admin, ENOUGH);
  await grant(admin, ENOUGH, elsewhere.namespace);
  const spec = inNamespace(elsewhere.namespace);
  await admin.applyBlueprint({ ...spec, serviceAccountName: 'deployer' }, 'dropping');
  await admin.bringUp('dropping');
  await grant(admin, {}, elsewhere.namespace);
  await admin.applyBlueprint(
    inNamespace(elsewhere.namespace, { kustomization: { interval: '1h' } }),
    'dropping',
  );
  await admin.bringUp('dropping');
  expect(await elsewhere.get('Kustomization', 'apps')).toHaveProperty('spec.interval', '1h');
  expect(await elsewhere.get('Kustomization', 'apps')).not.toHaveProperty('spec.serviceAccountName');
  await admin.applyBlueprint(BASE, 'dropping');
  await elsewhere.untilGone('Kustomization', 'apps');
  await admin.deleteBlueprint('dropping');
  await admin.untilDeleted('dropping');
});

/** What a blueprint of another namespace without an account may ask for and must not get. */
const ATTEMPTS: [string, (namespace: string) => object, RegExp][] = [
  ['another namespace', (namespace) => inNamespace(namespace), /can write to its own namespace only/],
  [
    'another namespace by an environment',
    (namespace) => ({ ...chainSpec('apps'), environments: [{ name: 'production', namespace }] }),
    /can write to its own namespace only/,
  ],
  [
    'a kind of the whole cluster',
    () => ({ layers: [{ name: 'store', object: { ...STORE, spec: {} } }] }),
    /is cluster-scoped/,
  ],
  ['a namespace', () => ({ namespaces: [{ name: 'mine' }], layers: [] }), /is cluster-scoped/],
  [
    'a kind that is kept for admins, in its own namespace',
    () => ({ layers: [imageLayer('image')] }),
    /is a ImageRepository: a blueprint without `serviceAccountName` can generate that in the namespaces of admins only/,
  ],
];

test.each(ATTEMPTS)('a blueprint of another namespace gets nothing by them: %s', async (_, spec, refusal) => {
  const tenant = await Tenant.open(cluster.client);
  tenant.extraKinds.push({ group: 'image.toolkit.fluxcd.io', kind: 'ImageRepository' });
  for (const target of [admin.namespace, (await Tenant.open(cluster.client)).namespace]) {
    await tenant.applyBlueprint(spec(target));
    await tenant.untilCondition({ ...INVALID, says: refusal });
    expect(await tenant.generated()).toEqual([]);
  }
});

test('it takes nothing over, and learns nothing of kinds that are kept for admins', async () => {
  const tenant = await Tenant.open(cluster.client);
  const { apiVersion, kind, namespace = '', name } = tenant.ref('Kustomization', 'apps');
  const sourceRef = { kind: 'GitRepository', name: 'theirs' };
  const metadata = { name, namespace };
  const spec = { interval: '5m', prune: true, sourceRef };
  const foreign = await kustomizeController.apply(tenant, { apiVersion, kind, metadata, spec });
  await tenant.applyBlueprint({ ...chainSpec('apps'), adoption: 'Adopt' });
  await tenant.untilCondition({ type: 'Stalled', reason: 'ObjectConflict' });
  expect(versionsOf([await tenant.get('Kustomization', 'apps')])).toEqual(versionsOf([foreign]));
  const there = { ...IMAGE, metadata: { name: 'image', namespace } };
  await cluster.client.apply({ ...there, spec: { image: 'registry.example.com/a', interval: '5m' } });
  for (const dependency of [
    { ...IMAGE, name: 'image' },
    { ...IMAGE, name: 'missing' },
    { apiVersion: 'v1', kind: 'Namespace', name: admin.namespace },
  ]) {
    const waiting = { ...layer('later'), dependsOnObjects: [dependency] };
    await tenant.applyBlueprint({ sources: [gitSource()], layers: [waiting] }, 'waiting');
    await tenant.markReady(await tenant.untilThere('GitRepository', 'fleet'));
    await tenant.untilCondition(
      {
        type: 'Ready',
        says: new RegExp(
          `${dependency.kind}/.*${dependency.name}, which is a .*: that takes a blueprint with \`serviceAccountName\``,
        ),
      },
      'waiting',
    );
  }
});

test('what it has forged into its inventory is not deleted: neither elsewhere, nor of a kind that is kept for admins', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('apps'));
  await tenant.bringUp();
  const victim = await Tenant.open(cluster.client);
  await admin.applyBlueprint(inNamespace(victim.namespace), 'victim');
  await admin.bringUp('victim');
  const labels = (await tenant.get('Kustomization', 'apps')).metadata.labels;
  const metadata = { name: 'forged', namespace: tenant.namespace, labels };
  const image = { ...IMAGE, metadata, spec: { image: 'registry.example.com/a', interval: '5m' } };
  await cluster.client.apply(image, 'fluxblueprint');
  const { inventory = [] } = await tenant.status();
  const { apiVersion, kind } = await victim.get('Kustomization', 'apps');
  const forged = [
    { ...IMAGE, namespaces: { [tenant.namespace]: { forged: 1 } } },
    { apiVersion, kind, namespaces: { [victim.namespace]: { apps: 1 } } },
  ];
  await cluster.client.transport.request({
    method: 'PATCH',
    path: `${tenant.pathOf(tenant.blueprintRef())}/status`,
    body: { status: { inventory: [...inventory, ...forged] } },
    contentType: 'application/merge-patch+json',
  });
  await tenant.reconcileNow();
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'PruneFailed' });
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Ready', reason: 'DeletionBlocked' });
  const left = await cluster.client.cluster.get({ ...IMAGE, ...metadata });
  expect(left?.metadata).not.toHaveProperty('deletionTimestamp');
  expect((await victim.get('Kustomization', 'apps')).metadata.deletionTimestamp).toBeUndefined();
  await admin.deleteBlueprint('victim');
  await admin.untilDeleted('victim');
});

test('what it wrote elsewhere by an account it cannot delete without that account', async () => {
  const tenant = await Tenant.open(cluster.client);
  const neighbour = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await grant(tenant, ENOUGH, neighbour.namespace);
  await tenant.applyBlueprint({ ...inNamespace(neighbour.namespace), serviceAccountName: 'deployer' });
  await tenant.bringUp();
  await grant(tenant, {}, neighbour.namespace);
  await tenant.applyBlueprint(BASE);
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'PruneFailed' });
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Ready', reason: 'DeletionBlocked' });
  expect((await neighbour.get('Kustomization', 'apps')).metadata.deletionTimestamp).toBeUndefined();
  await grant(tenant, ENOUGH, neighbour.namespace);
  await tenant.untilDeleted();
});

test('labels that name a blueprint of an admin win an object of another namespace nothing', async () => {
  const tenant = await Tenant.open(cluster.client);
  const elsewhere = await Tenant.open(cluster.client);
  const labels = {
    'app.kubernetes.io/managed-by': 'fluxblueprint',
    'fluxblueprint.io/name': 'lured',
    'fluxblueprint.io/namespace': admin.namespace,
  };
  const { apiVersion, kind, namespace = '', name } = tenant.ref('Kustomization', 'lure');
  const spec = { interval: '5m', prune: true, sourceRef: { kind: 'GitRepository', name: 'theirs' } };
  const lure = { apiVersion, kind, metadata: { name, namespace, labels }, spec };
  await cluster.client.apply(lure, 'fluxblueprint');
  await admin.applyBlueprint(inNamespace(elsewhere.namespace), 'lured');
  await elsewhere.untilThere('Kustomization', 'apps');
  await admin.deleteBlueprint('lured');
  await admin.untilDeleted('lured');
  expect((await tenant.get('Kustomization', 'lure')).metadata.deletionTimestamp).toBeUndefined();
});
