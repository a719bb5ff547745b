import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject, ObjectRef } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { DEPLOYER, grantAll } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

function uniqueName(): string {
  return `made-${crypto.randomUUID().slice(0, 13)}`;
}

function refTo(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}

async function readNamespace(name: string): Promise<KubeObject> {
  const found = await cluster.client.cluster.get(refTo(name));
  if (found === undefined) throw new Error(`there is no namespace ${name}`);
  return found;
}

/** A layer in a namespace that the blueprint makes. */
function inNamespace(name: string, fields: object = {}, more: object = {}): object {
  return {
    serviceAccountName: DEPLOYER,
    namespaces: [{ name, ...fields }],
    sources: [gitSource()],
    layers: [{ ...layer('apps'), namespace: name }],
    ...more,
  };
}

/** A tenant whose account has every right. */
async function openTrusted(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await grantAll(tenant);
  return tenant;
}

/** Lets a namespace go that is being deleted: the controller that does so does not run here. */
async function finalize(name: string): Promise<void> {
  const namespace = await readNamespace(name);
  await cluster.client.transport.request({
    // The operator itself never sends a PUT.
    method: 'PUT',
    path: `/api/v1/namespaces/${name}/finalize`,
    body: { ...namespace, spec: { finalizers: [] } },
  });
  await waitFor(
    'the namespace is gone',
    async () => (await cluster.client.cluster.get(refTo(name))) === undefined,
  );
}

function appsIn(name: string, tenant: Tenant): Promise<KubeObject | undefined> {
  return cluster.client.cluster.get({ ...tenant.ref('Kustomization', 'apps'), namespace: name });
}

test('a namespace that is missing is made first, with its labels', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
  await tenant.applyBlueprint(inNamespace(name, { labels, annotations: { 'example.com/owner': 'us' } }));
  await tenant.bringUp();
  expect((await readNamespace(name)).metadata).toMatchObject({
    labels: { ...labels, 'app.kubernetes.io/managed-by': 'fluxblueprint' },
    annotations: { 'example.com/owner': 'us' },
  });
  expect(await appsIn(name, tenant)).toBeDefined();
  expect((await tenant.status()).summary).toMatchObject({ ready: 3, total: 3 });
});

test.each(['Refuse', 'Adopt'])(
  'a namespace that exists keeps all that it has: adoption %s',
  async (adoption) => {
    const tenant = await openTrusted();
    const name = uniqueName();
    const labels = { 'example.com/theirs': 'yes', 'pod-security.kubernetes.io/enforce': 'restricted' };
    const made = await cluster.client.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
    const fields = {
      labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
      deletionPolicy: 'Delete',
    };
    await tenant.applyBlueprint(inNamespace(name, fields, { adoption }));
    await tenant.bringUp();
    await cluster.restartOperator();
    await tenant.reconcileNow();
    expect(versionsOf([await readNamespace(name)])).toEqual(versionsOf([made]));
    await tenant.deleteBlueprint();
    await tenant.untilDeleted();
    expect(versionsOf([await readNamespace(name)])).toEqual(versionsOf([made]));
    expect(await appsIn(name, tenant)).toBeUndefined();
  },
);

test('a namespace that was made is left behind with the blueprint', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  await tenant.applyBlueprint(inNamespace(name));
  await tenant.bringUp();
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect((await readNamespace(name)).metadata.deletionTimestamp).toBeUndefined();
  expect(await appsIn(name, tenant)).toBeUndefined();
});

test('and one that the blueprint no longer names', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  await tenant.applyBlueprint(inNamespace(name));
  await tenant.bringUp();
  await tenant.applyBlueprint({
    serviceAccountName: DEPLOYER,
    sources: [gitSource()],
    layers: [layer('apps')],
  });
  await tenant.bringUp();
  await waitFor('its objects are gone', async () => (await appsIn(name, tenant)) === undefined);
  expect((await readNamespace(name)).metadata.deletionTimestamp).toBeUndefined();
});

test('with the deletion policy Delete it goes last, and the blueprint when it is gone', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  await tenant.applyBlueprint(inNamespace(name, { deletionPolicy: 'Delete' }));
  await tenant.bringUp();
  await tenant.deleteBlueprint();
  await tenant.untilCondition({ type: 'Reconciling', reason: 'Terminating', says: `Namespace/${name}` });
  expect((await readNamespace(name)).metadata.deletionTimestamp).toBeDefined();
  expect(await appsIn(name, tenant)).toBeUndefined();
  await finalize(name);
  // Nothing tells the operator of it; a request does not wait until it looks by itself.
  await tenant.patch(tenant.blueprintRef(), {
    metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } },
  });
  await tenant.untilDeleted();
});

test('without an account no namespace can be made', async () => {
  const tenant = await Tenant.open(cluster.client);
  const name = uniqueName();
  await tenant.applyBlueprint({ namespaces: [{ name }], sources: [gitSource()], layers: [layer('apps')] });
  await tenant.untilCondition({
    type: 'Stalled',
    reason: 'InvalidBlueprint',
    says: /^spec\.namespaces\[0\].* without `serviceAccountName`/u,
  });
  expect(await cluster.client.cluster.get(refTo(name))).toBeUndefined();
  expect(await tenant.generated()).toEqual([]);
});

test('a change of its labels comes, and what somebody changes of them comes back', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  const tier = async (): Promise<string | undefined> =>
    (await readNamespace(name)).metadata.labels?.['example.com/tier'];
  await tenant.applyBlueprint(inNamespace(name, { labels: { 'example.com/tier': 'one' } }));
  await tenant.bringUp();
  await tenant.applyBlueprint(inNamespace(name, { labels: { 'example.com/tier': 'two' } }));
  await waitFor('the change is there', async () => (await tier()) === 'two');
  await tenant.bringUp();
  await tenant.patch(refTo(name), { metadata: { labels: { 'example.com/tier': 'by-hand' } } });
  await tenant.reconcileNow();
  expect(await tier()).toBe('two');
  const before = versionsOf([await readNamespace(name)]);
  await cluster.restartOperator();
  await tenant.reconcileNow();
  expect(versionsOf([await readNamespace(name)])).toEqual(before);
});

test('a namespace that somebody deletes is made anew with what was in it', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  await tenant.applyBlueprint(inNamespace(name));
  await tenant.bringUp();
  const { uid } = (await readNamespace(name)).metadata;
  await cluster.client.cluster.delete(refTo(name));
  await cluster.client.cluster.delete({ ...tenant.ref('Kustomization', 'apps'), namespace: name });
  await finalize(name);
  await waitFor('both are there anew', async () => {
    const found = await cluster.client.cluster.get(refTo(name));
    return found !== undefined && found.metadata.uid !== uid && (await appsIn(name, tenant)) !== undefined;
  });
  await tenant.bringUp();
});

test('a namespace that another owner deletes is made in their place', async () => {
  const tenant = await openTrusted();
  const name = uniqueName();
  await cluster.client.makeNamespace(name);
  await tenant.applyBlueprint(inNamespace(name));
  await tenant.bringUp();
  await cluster.client.cluster.delete(refTo(name));
  await finalize(name);
  await tenant.reconcileNow();
  expect((await readNamespace(name)).metadata.labels).toMatchObject({
    'app.kubernetes.io/managed-by': 'fluxblueprint',
  });
});

test('two blueprints that want the same namespace share it', async () => {
  const [one, two] = [await openTrusted(), await openTrusted()];
  const name = uniqueName();
  await one.applyBlueprint(inNamespace(name, { labels: { 'example.com/tier': 'one' } }));
  await one.bringUp();
  const before = versionsOf([await readNamespace(name)]);
  await two.applyBlueprint({ ...inNamespace(name, { labels: { 'example.com/tier': 'two' } }), layers: [] });
  await two.bringUp();
  await two.deleteBlueprint();
  await two.untilDeleted();
  expect(versionsOf([await readNamespace(name)])).toEqual(before);
});
