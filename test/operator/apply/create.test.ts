import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIELD_MANAGER, FINALIZER, Label } from '../../../src/api/names.ts';
import { displayName, type KubeObject, objectId, refOf } from '../../../src/api/object.ts';
import { findDrift } from '../../../src/core/objects/drift.ts';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { equalJson } from '../../../src/core/values/json.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { bundleForTest } from '../../harness/operator/bundle.ts';
import { chainSpec, everyKindSpec, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, managersOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;
let bundle: Awaited<ReturnType<typeof bundleForTest>>;

beforeAll(async () => {
  cluster = await startTestCluster();
  bundle = await bundleForTest();
});

afterAll(async () => {
  await cluster.stop();
  await bundle.remove();
});

/** What the command line prints for a blueprint. */
function render(blueprint: KubeObject): KubeObject[] {
  const args = [bundle.file, 'render', '-', '-o', 'json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    input: JSON.stringify(blueprint),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { items: KubeObject[] }).items;
}

test('the cluster holds exactly the objects that the command line prints, field by field', async () => {
  const tenant = await Tenant.open(cluster.client);
  const printed = render(tenant.manifest(everyKindSpec()));
  await tenant.applyBlueprint(everyKindSpec());
  await tenant.bringUp();
  const live = await tenant.generated();
  const names = (objects: KubeObject[]): string[] => objects.map((object) => displayName(refOf(object)));
  expect(names(live).sort()).toEqual(names(printed).sort());
  for (const object of printed) {
    const found = live.find((other) => displayName(refOf(other)) === displayName(refOf(object)));
    expect(findDrift(object, found ?? object)).toEqual([]);
    expect(ownedFields(found)).toEqual(
      leavesOf({ spec: object['spec'], metadata: { labels: object.metadata.labels } }),
    );
  }
});

test('everything generated carries our labels and our field manager, and nothing that was not asked for', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(everyKindSpec());
  await tenant.bringUp();
  for (const { kind, metadata } of await tenant.generated()) {
    expect(metadata.labels).toEqual({
      [Label.ManagedBy]: 'fluxblueprint',
      [Label.Name]: 'platform',
      [Label.Namespace]: tenant.namespace,
      ...(isOfLayer(kind, metadata.name) ? { [Label.Layer]: expect.any(String) } : {}),
    });
    expect(metadata.annotations).toBeUndefined();
  }
  const apps = await tenant.get('Kustomization', 'apps');
  expect(apps.metadata.labels?.[Label.Layer]).toBe('apps');
  expect(managersOf(apps)).toEqual(['flux-stand-in', FIELD_MANAGER]);
});

function isOfLayer(kind: string, name: string): boolean {
  return ['Kustomization', 'HelmRelease'].includes(kind) || name === 'grafana';
}

test('the inventory holds every object, sources first, each after what it depends on', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(everyKindSpec());
  const { status } = await tenant.bringUp();
  const tracked = readInventory(status);
  expect(tracked.map(({ id }) => id).sort()).toEqual(
    (await tenant.generated()).map((object) => objectId(refOf(object))).sort(),
  );
  const wave = (kind: string, name: string): number =>
    tracked.find(({ id }) => id === objectId(tenant.ref(kind, name)))?.wave ?? -1;
  expect([
    wave('GitRepository', 'fleet'),
    wave('HelmRepository', 'charts'),
    wave('Bucket', 'assets'),
  ]).toEqual([0, 0, 0]);
  expect(wave('OCIRepository', 'grafana')).toBe(0);
  expect(wave('Kustomization', 'infrastructure')).toBe(1);
  expect(wave('HelmRelease', 'prometheus')).toBe(2);
  expect(wave('Kustomization', 'dashboards')).toBe(3);
  expect(wave('Kustomization', 'apps')).toBeGreaterThan(3);
  expect(wave('Alert', 'on-call')).toBeGreaterThan(wave('Provider', 'chat'));
});

test('a blueprint is reconciling until the last of its objects is ready, and says for which it waits', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  const waiting = await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: '0/3 ready' });
  expect(waiting).toMatchObject({
    reason: 'Progressing',
    message: expect.stringMatching(/waiting for .*\/fleet/),
  });
  await tenant.untilCondition({ type: 'Reconciling', status: 'True' });

  await tenant.client.setReady(tenant.ref('GitRepository', 'fleet'), 'True');
  await tenant.untilCondition({ type: 'Ready', says: '1/3 ready; waiting for Kustomization/' });
  await tenant.client.setReady(tenant.ref('Kustomization', 'base'), 'True');
  await tenant.untilCondition({
    type: 'Ready',
    says: `2/3 ready; waiting for Kustomization/${tenant.namespace}/apps`,
  });
  await tenant.client.setReady(tenant.ref('Kustomization', 'apps'), 'True');
  await tenant.untilCondition({
    type: 'Ready',
    status: 'True',
    reason: 'ReconciliationSucceeded',
    says: '3/3 ready',
  });

  const { metadata, status } = await tenant.blueprint();
  expect(status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  expect(status?.observedGeneration).toBe(metadata.generation);
  expect(metadata.finalizers).toEqual([FINALIZER]);
});

test('the status sums up objects, layers and what is not ready, the root cause before what it blocks', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'middle', 'apps'));
  const fleet = await tenant.untilThere('GitRepository', 'fleet');
  await tenant.untilThere('Kustomization', 'apps');
  await tenant.markReady(fleet);
  const fail = (name: string, reason: string, message: string): Promise<void> =>
    tenant.client.setReady(tenant.ref('Kustomization', name), 'False', reason, message);
  await fail('base', 'BuildFailed', 'no such path');
  await fail('middle', 'DependencyNotReady', 'waits');
  await fail('apps', 'DependencyNotReady', 'waits');
  const failed = await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    says: 'base failed: no such path',
  });
  expect(failed.reason).toBe('ComponentFailed');
  // The watches of the kinds bring their news in any order, so the whole is there a moment after its parts.
  const summary = {
    components: '1/4',
    ready: 1,
    progressing: 0,
    blocked: 2,
    failed: 1,
    suspended: 0,
    total: 4,
  };
  const status = await waitFor('the status sums all of it up', async () => {
    const seen = await tenant.status();
    if (equalJson(seen.summary, summary)) return seen;
    throw new Error(JSON.stringify(seen.summary));
  });
  expect(status.layers).toEqual([
    { name: 'base', state: 'Failed', ready: 0, total: 1 },
    { name: 'middle', state: 'Blocked', ready: 0, total: 1 },
    { name: 'apps', state: 'Blocked', ready: 0, total: 1 },
  ]);
  const cause = `Kustomization/${tenant.namespace}/base`;
  expect(status.components).toEqual([
    expect.objectContaining({
      name: 'base',
      layer: 'base',
      kind: 'Kustomization',
      state: 'Failed',
      message: 'no such path',
    }),
    expect.objectContaining({ name: 'apps', state: 'Blocked', blockedBy: [cause] }),
    expect.objectContaining({ name: 'middle', state: 'Blocked', blockedBy: [cause] }),
  ]);
});

test('kubectl get shows Ready, Components and Age, and the message when it is asked for a wide output', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const table = (await tenant.client.transport.request({
    method: 'GET',
    path: tenant.pathOf(tenant.blueprintRef()),
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  })) as unknown as Table;
  expect(table.columnDefinitions.map(({ name, priority }) => [name, priority])).toEqual([
    ['Name', 0],
    ['Ready', 0],
    ['Components', 0],
    ['Age', 0],
    ['Status', 1],
  ]);
  expect(table.rows[0]?.cells).toEqual([
    'platform',
    'True',
    '2/2',
    expect.stringMatching(/^\d+s$/),
    '2/2 ready',
  ]);
});

interface Table {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[] }[];
}

test('each transition has one event, and a reconcile without one has none', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  await tenant.reconcileNow();
  await tenant.client.setReady(tenant.ref('Kustomization', 'base'), 'False', 'BuildFailed', 'no such path');
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  await tenant.reconcileNow();
  await tenant.client.setReady(tenant.ref('Kustomization', 'base'), 'True');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  // The API server's form of an event that comes again: a series with a count.
  await waitFor('all transitions were reported', async () => {
    const reported = (await tenant.events()).map(({ type, reason, count }) => `${count} ${type} ${reason}`);
    if (reported.includes('2 Normal ReconciliationSucceeded')) return true;
    throw new Error(JSON.stringify(reported));
  });
  const events = await tenant.events();
  expect(events.map(({ type, reason, count }) => `${count} ${type} ${reason}`)).toEqual([
    '1 Normal Progressing',
    '2 Normal ReconciliationSucceeded',
    '1 Warning ComponentFailed',
  ]);
  expect(events[2]?.note).toContain('no such path');
});

test('a blueprint that asks for nothing is ready', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({});
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '0/0 ready' });
});

test('what is suspended by hand stays so, holds nothing back and is counted', async () => {
  const tenant = await Tenant.open(cluster.client);
  const spec = { ...chainSpec('base'), layers: [layer('base'), layer('side')] };
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  await tenant.patch(tenant.ref('Kustomization', 'side'), { spec: { suspend: true } });
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '2/3 ready, 1 suspended' });
  expect(await tenant.get('Kustomization', 'side')).toMatchObject({ spec: { suspend: true } });
  expect((await tenant.status()).components).toEqual([
    expect.objectContaining({ name: 'side', state: 'Suspended' }),
  ]);
});

/**
 * The fields that the operator owns of an object, as paths; those of keyed lists by their index are not looked into.
 */
function ownedFields(object: KubeObject | undefined): string[] {
  const entry = (object?.metadata.managedFields as { manager: string; fieldsV1: object }[] | undefined)?.find(
    ({ manager }) => manager === FIELD_MANAGER,
  );
  return pathsOf(entry?.fieldsV1 ?? {}, '').sort();
}

function pathsOf(fields: object, path: string): string[] {
  const children = Object.entries(fields as Record<string, object>).filter(([key]) => key.startsWith('f:'));
  if (children.length === 0) return [path];
  return children.flatMap(([key, below]) => pathsOf(below, `${path}.${key.slice(2)}`));
}

function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const fields = Object.entries(value);
  if (fields.length === 0) return [path];
  return fields.flatMap(([key, below]) => leavesOf(below, `${path}.${key}`)).sort();
}
