import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../harness/operator/cluster.ts';
import { chainSpec, everyKindSpec, gitSource, layer } from '../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../harness/blueprint/tenant.ts';
import { waitFor } from '../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
}, 120_000);

afterAll(() => cluster.stop(), 60_000);

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
 * Waits until the operator has repaired an object of another blueprint, which changes after all that was done so far:
 * its watch tells changes in their order.
 */
async function untilLaterChangeIsRepaired(tenant: Tenant): Promise<void> {
  await tenant.applyBlueprint({ sources: [gitSource('marker')], layers: [layer('marker')] }, 'marker');
  await tenant.bringUp('marker');
  await tenant.patch(tenant.ref('Kustomization', 'marker'), { spec: { path: './marked' } });
  await waitFor('the marker is repaired', async () => {
    return (await readSpec(tenant, 'Kustomization', 'marker'))['path'] === './marker';
  });
}

test('a suspended blueprint is left alone: drift stays, and a change does not come', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({
    ...chainSpec('base', 'apps', 'later'),
    suspend: true,
    suspendReason: 'a migration',
  });
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

test('a suspension with an end is over by itself', async () => {
  const tenant = await openReady();
  const until = Math.ceil(Date.now() / 1000 + 3) * 1000;
  await tenant.applyBlueprint({
    ...chainSpec('base', 'apps'),
    suspend: true,
    suspendUntil: new Date(until).toISOString(),
  });
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  await waitFor('it is repaired', async () => {
    return (await readSpec(tenant, 'Kustomization', 'apps'))['interval'] === '10m';
  });
  expect(Date.now()).toBeGreaterThanOrEqual(until);
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
  const until = Math.ceil(Date.now() / 1000 + 4) * 1000;
  await tenant.applyBlueprint({
    ...chainSpec('base', 'apps', 'later'),
    suspend: true,
    suspendUntil: new Date(until).toISOString(),
  });
  await cluster.restartOperator();
  await tenant.untilThere('Kustomization', 'later');
  expect(Date.now()).toBeGreaterThanOrEqual(until);
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

test('what was generated is resumed by itself when the suspension has an end', async () => {
  const tenant = await openReady();
  const until = Math.ceil(Date.now() / 1000 + 3) * 1000;
  const suspension = {
    suspend: true,
    suspendScope: 'Generated',
    suspendUntil: new Date(until).toISOString(),
  };
  await tenant.applyBlueprint({ ...chainSpec('base', 'apps'), ...suspension });
  await waitFor('all are resumed', async () => {
    return Date.now() >= until && suspended(await tenant.generated()).length === 0;
  });
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
