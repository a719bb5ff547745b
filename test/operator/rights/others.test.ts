import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIELD_MANAGER } from '../../../src/api/names.ts';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import { ENOUGH, grant, makeAccount } from '../../harness/blueprint/accounts.ts';
import { chainSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import type { LogLine } from '../../harness/operator/operator-process.ts';

/** What only the victim may see, planted in the statuses of its objects. */
const MARKER = 'marker-4711';

let cluster: TestCluster;
const lines: LogLine[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  cluster.operator.onLine((line) => {
    lines.push(line);
  });
});

afterAll(() => cluster.stop());

function asDeployer(spec: object): object {
  return { ...spec, serviceAccountName: 'deployer' };
}

/** A tenant with a failed Kustomization, a source with a revision, and a Receiver with a path, all of them marked. */
async function openVictim(): Promise<Tenant> {
  const victim = await Tenant.open(cluster.client);
  await victim.applyBlueprint({
    sources: [gitSource()],
    layers: [layer('base')],
    notifications: {
      receivers: [{ name: 'hook', type: 'github', events: ['push'], secretRef: { name: 'token' } }],
    },
  });
  await victim.untilGenerated(['GitRepository/fleet', 'Kustomization/base', 'Receiver/hook']);
  await cluster.client.setReady(victim.ref('Kustomization', 'base'), 'False', 'BuildFailed', MARKER);
  for (const [kind, name, status] of [
    ['Receiver', 'hook', { webhookPath: `/hook/${MARKER}` }],
    ['GitRepository', 'fleet', { artifact: artifact() }],
  ] as const) {
    const { apiVersion } = await victim.get(kind, name);
    const metadata = { name, namespace: victim.namespace };
    await cluster.client.cluster.applyStatus(
      { apiVersion, kind, metadata, status },
      { fieldManager: 'flux' },
    );
  }
  return victim;
}

function artifact(): object {
  const revision = `main@sha1:${MARKER}`;
  return {
    digest: `sha256:${'0'.repeat(64)}`,
    lastUpdateTime: new Date().toISOString(),
    path: 'a',
    revision,
    url: 'http://a',
  };
}

/**
 * Waits until the operator's watch has seen every Kustomization that exists by now: it tells of them in their order,
 * and a blueprint becomes ready by what it told of a later one. What a new blueprint finds with its labels it takes
 * from there.
 */
async function untilOperatorHasSeenKustomizations(tenant: Tenant): Promise<void> {
  await tenant.applyBlueprint({ sources: [gitSource('later')], layers: [layer('later')] }, 'later');
  await tenant.bringUp('later');
}

/** Everything that a tenant can read of its blueprint, and that an admin can read in the log. */
async function everythingReported(tenant: Tenant, name?: string): Promise<string> {
  const [blueprint, events] = [await tenant.blueprint(name), await tenant.events(name)];
  const reported = lines.filter((line) => JSON.stringify(line).includes(tenant.namespace));
  return JSON.stringify({ status: blueprint.status, events, reported });
}

test("nothing of another's object is revealed, whatever of it a blueprint names", async () => {
  const victim = await openVictim();
  const attacker = await Tenant.open(cluster.client);
  await grant(attacker, ENOUGH);
  const { namespace } = victim;
  const sourceRef = { kind: 'GitRepository', name: 'fleet', namespace };
  const specs: Record<string, object> = {
    component: {
      sources: [gitSource()],
      layers: [
        { ...layer('base'), namespace },
        { ...layer('missing'), namespace },
      ],
    },
    source: { sources: [{ ...gitSource(), namespace }], layers: [{ ...layer('base'), namespace }] },
    receiver: {
      ...chainSpec('base'),
      notifications: {
        receivers: [
          { name: 'hook', namespace, type: 'github', events: ['push'], secretRef: { name: 'token' } },
          { name: 'none', namespace, type: 'github', events: ['push'], secretRef: { name: 'token' } },
        ],
      },
    },
    existing: { sources: [{ name: 'fleet', sourceRef }], layers: [layer('base')] },
    pasted: { layers: [layer('base', [], { sourceRef })] },
  };
  for (const [name, spec] of Object.entries(specs)) {
    await attacker.applyBlueprint(asDeployer(spec), name);
    // Reading as the account is refused, or nothing needs to be read: either way the reconcile is over.
    await attacker.untilCondition({ type: 'Ready' }, name);
    for (const object of await attacker.generated(name)) await attacker.markReady(object);
    await attacker.reconcileNow(name);
    const reported = await everythingReported(attacker, name);
    expect(reported).not.toContain(MARKER);
    expect(reported).not.toContain(`FluxBlueprint ${namespace}`);
    await attacker.deleteBlueprint(name);
    await attacker.untilDeleted(name);
  }
  expect((await victim.get('Kustomization', 'base')).metadata.deletionTimestamp).toBeUndefined();
});

test("an object of one's own name that does not exist in another namespace is answered as one that does", async () => {
  const victim = await openVictim();
  const attacker = await Tenant.open(cluster.client);
  await grant(attacker, ENOUGH);
  const messages: string[] = [];
  for (const name of ['base', 'missing']) {
    await attacker.applyBlueprint(
      asDeployer({ sources: [gitSource()], layers: [{ ...layer(name), namespace: victim.namespace }] }),
      name,
    );
    const { message } = await attacker.untilCondition({ type: 'Ready', status: 'False' }, name);
    messages.push(message.replaceAll(name, 'NAME'));
  }
  expect(messages[0]).toBe(messages[1]);
});

test('what an account wrote elsewhere is never deleted with the rights of the operator', async () => {
  const neighbour = await Tenant.open(cluster.client);
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await grant(tenant, ENOUGH, neighbour.namespace);
  const elsewhere = { ...layer('elsewhere'), namespace: neighbour.namespace };
  const spec = { sources: [gitSource()], layers: [layer('base'), elsewhere] };
  await tenant.applyBlueprint(asDeployer(spec));
  await tenant.bringUp();
  const entries = readInventory(await tenant.status());
  expect(entries.every(({ account }) => account === 'deployer')).toBe(true);
  await grant(tenant, {}, neighbour.namespace);
  // Without an account, and without the layer, the operator would delete it as itself.
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('base')] });
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'PruneFailed' });
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'DeletionBlocked' });
  const left = await Tenant.at(cluster.client, neighbour.namespace).get('Kustomization', 'elsewhere');
  expect(left.metadata.deletionTimestamp).toBeUndefined();
  await grant(tenant, ENOUGH, neighbour.namespace);
  await tenant.untilDeleted();
  expect(
    await Tenant.at(cluster.client, neighbour.namespace).find('Kustomization', 'elsewhere'),
  ).toBeUndefined();
});

test('an entry that somebody forges in the inventory has nothing deleted outside of the namespace', async () => {
  const victim = await Tenant.open(cluster.client);
  const tenant = await Tenant.open(cluster.client);
  // An object that the operator wrote once and that belongs to nobody now.
  await victim.applyBlueprint({ ...chainSpec('base'), deletionPolicy: 'Orphan' });
  await victim.bringUp();
  await victim.deleteBlueprint();
  await victim.untilDeleted();
  await tenant.applyBlueprint(chainSpec('apps'));
  await tenant.bringUp();
  const { apiVersion, kind } = await victim.get('Kustomization', 'base');
  const { inventory = [] } = await tenant.status();
  const forged = [...inventory, { apiVersion, kind, namespaces: { [victim.namespace]: { base: 1 } } }];
  for (const account of [undefined, 'default', 'deployer']) {
    const last = account === undefined ? {} : { account };
    const body = { status: { inventory: [...forged.slice(0, -1), { ...forged.at(-1), ...last }] } };
    await cluster.client.transport.request({
      method: 'PATCH',
      path: `${tenant.pathOf(tenant.blueprintRef())}/status`,
      body,
      contentType: 'application/merge-patch+json',
    });
    await tenant.reconcileNow();
    await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'PruneFailed' });
    expect((await victim.get('Kustomization', 'base')).metadata.deletionTimestamp).toBeUndefined();
  }
});

test('objects with forged labels and field manager are let go when a blueprint comes, and block nothing', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'), 'model');
  await tenant.bringUp('model');
  const { apiVersion, kind, spec, metadata } = await tenant.get('Kustomization', 'base');
  const labels = { ...metadata.labels, 'fluxblueprint.io/name': 'platform' };
  const forge = (name: string, namespace: string): object => ({
    apiVersion,
    kind,
    metadata: { name, namespace, labels, finalizers: ['example.com/forever'] },
    spec,
  });
  const elsewhere = await Tenant.open(cluster.client);
  await cluster.client.apply(forge('forged', tenant.namespace), FIELD_MANAGER);
  await cluster.client.apply(forge('forged', elsewhere.namespace), FIELD_MANAGER);
  await untilOperatorHasSeenKustomizations(tenant);
  await tenant.applyBlueprint({ sources: [gitSource('other')], layers: [layer('apps')] }, 'platform');
  await tenant.bringUp('platform');
  const ids = readInventory(await tenant.status('platform')).map(({ id }) => id.split('_')[1]);
  expect(ids.toSorted()).toEqual(['apps', 'other']);
  for (const owner of [tenant, elsewhere])
    expect((await owner.get('Kustomization', 'forged')).metadata.deletionTimestamp).toBeUndefined();
  await tenant.deleteBlueprint('platform');
  await tenant.untilDeleted('platform');
});

test('hundreds of objects with forged labels are let go, and none is deleted with the blueprint', async () => {
  const tenant = await Tenant.open(cluster.client);
  const labels = {
    'app.kubernetes.io/managed-by': 'fluxblueprint',
    'fluxblueprint.io/name': 'platform',
    'fluxblueprint.io/namespace': tenant.namespace,
  };
  const sourceRef = { kind: 'GitRepository', name: 'fleet' };
  const { apiVersion } = tenant.ref('Kustomization', '');
  const forged = Array.from({ length: 601 }, (_, i) => ({
    apiVersion,
    kind: 'Kustomization',
    metadata: { name: `forged-${i}`, namespace: tenant.namespace, labels },
    spec: { interval: '10m', prune: true, sourceRef },
  }));
  await mapConcurrently(forged, 16, (object) => cluster.client.apply(object, FIELD_MANAGER));
  await untilOperatorHasSeenKustomizations(tenant);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  await tenant.untilGenerated(['GitRepository/fleet', 'Kustomization/base']);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  const all = await cluster.client.list('kustomize.toolkit.fluxcd.io', 'Kustomization', tenant.namespace);
  const left = all.filter(({ metadata }) => metadata.name.startsWith('forged-'));
  expect(left).toHaveLength(forged.length);
  expect(left.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([]);
});

test('an object that a blueprint let go is not deleted by a forged inventory, in its own namespace either', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ ...chainSpec('base'), deletionPolicy: 'Orphan' }, 'former');
  await tenant.bringUp('former');
  await tenant.deleteBlueprint('former');
  await tenant.untilDeleted('former');
  await tenant.applyBlueprint({ sources: [gitSource('other')], layers: [layer('apps')] });
  await tenant.bringUp();
  const { apiVersion, kind } = await tenant.get('Kustomization', 'base');
  const { inventory = [] } = await tenant.status();
  const entry = { apiVersion, kind, namespaces: { [tenant.namespace]: { base: 1 } } };
  await cluster.client.transport.request({
    method: 'PATCH',
    path: `${tenant.pathOf(tenant.blueprintRef())}/status`,
    body: { status: { inventory: [...inventory, entry] } },
    contentType: 'application/merge-patch+json',
  });
  await tenant.reconcileNow();
  await tenant.bringUp();
  expect((await tenant.get('Kustomization', 'base')).metadata.deletionTimestamp).toBeUndefined();
  expect(JSON.stringify((await tenant.status()).inventory)).not.toContain('"base"');
});

test('an account that the inventory names and that is gone gives way to the present one', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, ENOUGH);
  await tenant.applyBlueprint(asDeployer(chainSpec('base', 'apps')));
  await tenant.bringUp();
  await makeAccount(tenant, 'successor');
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps'), serviceAccountName: 'successor' });
  await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ApplyFailed' });
  await tenant.applyBlueprint(asDeployer(chainSpec('base')));
  await tenant.bringUp();
  await tenant.untilGone('Kustomization', 'apps');
});
