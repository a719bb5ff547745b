import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIELD_MANAGER } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../harness/operator/cluster.ts';
import { chainSpec, everyKindSpec, gitSource, layer } from '../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../harness/blueprint/tenant.ts';
import { waitFor } from '../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A tenant whose blueprint of two layers is ready. */
async function openReady(spec: object = chainSpec('base', 'apps')): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  return tenant;
}

async function readSpec(tenant: Tenant, kind: string, name: string): Promise<Record<string, unknown>> {
  return (await tenant.get(kind, name))['spec'] as Record<string, unknown>;
}

/**
 * Waits until the operator knows every change of a blueprint so far: it has carried out another blueprint, which was
 * changed after them. A watch reports changes in their order.
 */
async function untilBlueprintsAreSeen(tenant: Tenant): Promise<void> {
  const name = `marker-${crypto.randomUUID().slice(0, 8)}`;
  await tenant.applyBlueprint({ sources: [gitSource(name)], layers: [layer(name)] }, name);
  await tenant.bringUp(name);
}

/**
 * Waits until the operator has repaired an object of another blueprint, which was changed after every other change so
 * far. A watch reports changes in their order.
 */
async function untilLaterChangeIsRepaired(tenant: Tenant): Promise<void> {
  await tenant.applyBlueprint({ sources: [gitSource('marker')], layers: [layer('marker')] }, 'marker');
  await tenant.bringUp('marker');
  await tenant.patch(tenant.ref('Kustomization', 'marker'), { spec: { path: './marked' } });
  await waitFor('the marker is repaired', async () => {
    return (await readSpec(tenant, 'Kustomization', 'marker'))['path'] === './marker';
  });
}

/** A time in whole seconds, at least `ms` milliseconds from now: the API server notes times of writes in seconds. */
function inWholeSeconds(ms: number): number {
  return Math.ceil((Date.now() + ms) / 1000) * 1000;
}

/** A suspension with an end. */
function suspendedUntil(endMs: number): object {
  return { suspend: true, suspendUntil: new Date(endMs).toISOString() };
}

/** An end of a suspension that no test waits for. */
const IN_AN_HOUR = suspendedUntil(inWholeSeconds(3_600_000));

/** When the operator wrote an object last, in milliseconds since the epoch, by the clock of the API server. */
function lastWriteOf({ metadata }: KubeObject): number {
  const times = (metadata.managedFields ?? [])
    .filter(({ manager }) => manager === FIELD_MANAGER)
    .map(({ time = '' }) => Date.parse(time));
  return Math.max(...times);
}

test('a suspended blueprint is left alone: drift stays, and a change does not come', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({
    ...chainSpec('base', 'apps', 'later'),
    suspend: true,
    suspendReason: 'a migration',
  });
  await untilBlueprintsAreSeen(tenant);
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'base'));
  const { resourceVersion } = (await tenant.blueprint()).metadata;
  await untilLaterChangeIsRepaired(tenant);
  expect(await readSpec(tenant, 'Kustomization', 'apps')).toMatchObject({ interval: '59m' });
  expect(await tenant.generatedNames()).toEqual(['GitRepository/fleet', 'Kustomization/apps']);
  expect((await tenant.blueprint()).metadata.resourceVersion).toBe(resourceVersion);
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps', 'later'), suspend: false });
  await tenant.bringUp();
  expect(await readSpec(tenant, 'Kustomization', 'apps')).toMatchObject({ interval: '10m' });
  expect(await tenant.generatedNames()).toHaveLength(4);
});

test('a suspension with an end lasts until then, and is over by itself', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps'), ...IN_AN_HOUR });
  await untilBlueprintsAreSeen(tenant);
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  await untilLaterChangeIsRepaired(tenant);
  expect(await readSpec(tenant, 'Kustomization', 'apps')).toMatchObject({ interval: '59m' });
  const end = inWholeSeconds(2_000);
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps'), ...suspendedUntil(end) });
  await waitFor('it is repaired', async () => {
    return (await readSpec(tenant, 'Kustomization', 'apps'))['interval'] === '10m';
  });
  expect(lastWriteOf(await tenant.get('Kustomization', 'apps'))).toBeGreaterThanOrEqual(end);
});

test('a suspension whose end has passed is none', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({
    ...chainSpec('base', 'apps', 'later'),
    suspend: true,
    suspendUntil: '2020-01-01T00:00:00Z',
  });
  await tenant.bringUp();
  expect(await tenant.generatedNames()).toHaveLength(4);
});

test('a restart in the middle of a suspension does not end it, and its end comes all the same', async () => {
  const tenant = await openReady();
  const spec = chainSpec('base', 'apps', 'later');
  await tenant.applyBlueprint({ ...spec, ...IN_AN_HOUR });
  await cluster.restartOperator();
  await untilBlueprintsAreSeen(tenant);
  expect(await tenant.find('Kustomization', 'later')).toBeUndefined();
  const end = inWholeSeconds(4_000);
  await tenant.applyBlueprint({ ...spec, ...suspendedUntil(end) });
  await cluster.restartOperator();
  const { metadata } = await tenant.untilThere('Kustomization', 'later');
  expect(Date.parse(metadata.creationTimestamp ?? '')).toBeGreaterThanOrEqual(end);
});

test('a blueprint that is suspended from the beginning generates nothing until it is resumed', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ ...chainSpec('base'), suspend: true });
  await untilLaterChangeIsRepaired(tenant);
  expect(await tenant.generated()).toEqual([]);
  expect((await tenant.blueprint()).metadata.finalizers).toBeUndefined();
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
});

test.each(['Blueprint', 'Generated'])('a suspended blueprint can be deleted: %s', async (suspendScope) => {
  const tenant = await openReady();
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps'), suspend: true, suspendScope });
  await untilBlueprintsAreSeen(tenant);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(await tenant.generated()).toEqual([]);
});

/** Which objects are suspended, as `Kind/name`. */
function suspended(objects: readonly KubeObject[]): string[] {
  return objects
    .filter(({ spec }) => (spec as { suspend?: boolean }).suspend === true)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

const everything = {
  ...everyKindSpec(),
  notifications: {
    providers: [{ name: 'chat', type: 'slack', secretRef: { name: 'chat' } }],
    alerts: [{ name: 'on-call', providerRef: { name: 'chat' } }],
    receivers: [{ name: 'hook', type: 'generic', secretRef: { name: 'hook' } }],
  },
};

test('with the scope Generated all that Flux can suspend is suspended, and resumed when it is over', async () => {
  const tenant = await openReady(everything);
  const names = await tenant.generatedNames();
  expect(names).toHaveLength(12);
  expect(suspended(await tenant.generated())).toEqual([]);
  await tenant.applyBlueprint({ ...everything, suspend: true, suspendScope: 'Generated' });
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '0/12 ready, 12 suspended' });
  expect(suspended(await tenant.generated())).toEqual(names);
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { suspend: false, interval: '59m' } });
  await waitFor('the drift is repaired', async () => {
    const { suspend, interval } = await readSpec(tenant, 'Kustomization', 'apps');
    return suspend === true && interval === '10m';
  });
  await cluster.restartOperator();
  await tenant.reconcileNow();
  expect(suspended(await tenant.generated())).toEqual(names);
  await tenant.applyBlueprint(everything);
  await waitFor('all are resumed', async () => suspended(await tenant.generated()).length === 0);
  await tenant.bringUp();
  expect(await tenant.generatedNames()).toEqual(names);
});

test('what was generated stays suspended until the end of the suspension, and is resumed by itself then', async () => {
  const tenant = await openReady();
  const spec = { ...chainSpec('base', 'apps'), suspendScope: 'Generated' };
  const names = await tenant.generatedNames();
  await tenant.applyBlueprint({ ...spec, ...IN_AN_HOUR });
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '3 suspended' });
  expect(suspended(await tenant.generated())).toEqual(names);
  const end = inWholeSeconds(2_000);
  await tenant.applyBlueprint({ ...spec, ...suspendedUntil(end) });
  await waitFor('all are resumed', async () => suspended(await tenant.generated()).length === 0);
  const resumed = await tenant.generated();
  expect(resumed.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(names);
  for (const object of resumed) expect(lastWriteOf(object)).toBeGreaterThanOrEqual(end);
  await tenant.bringUp();
});

test('what was suspended by hand, or by the blueprint itself, stays suspended when all is resumed', async () => {
  const layers = [layer('base'), layer('own', [], { suspend: true }), layer('by-hand')];
  const spec = { sources: [gitSource()], layers };
  const tenant = await openReady(spec);
  await tenant.patch(tenant.ref('Kustomization', 'by-hand'), { spec: { suspend: true } }, 'flux');
  await tenant.applyBlueprint({ ...spec, suspend: true, suspendScope: 'Generated' });
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '0/4 ready, 4 suspended' });
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  expect(suspended(await tenant.generated())).toEqual(['Kustomization/by-hand', 'Kustomization/own']);
});

test('a suspension of all reaches every environment at once, even where one of them is broken', async () => {
  const spec = {
    ...chainSpec('base', 'apps'),
    environments: [{ name: 'staging' }, { name: 'production', suffix: '', after: 'staging' }],
  };
  const tenant = await openReady(spec);
  await tenant.client.setReady(
    tenant.ref('Kustomization', 'apps-staging'),
    'False',
    'BuildFailed',
    'no path',
  );
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  await tenant.applyBlueprint({ ...spec, suspend: true, suspendScope: 'Generated' });
  await waitFor('all are suspended', async () => suspended(await tenant.generated()).length === 5);
});

test('passes of a suspended blueprint write nothing', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps'), suspend: true, suspendScope: 'Generated' });
  await tenant.untilCondition({ type: 'Ready', status: 'True', says: '3 suspended' });
  const before = versionsOf(await tenant.generated());
  await tenant.reconcileNow();
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toEqual(before);
});
