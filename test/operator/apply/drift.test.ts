import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Label } from '../../../src/api/names.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chainSpec, everyKindSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A tenant whose blueprint of two layers is ready. */
async function openReady(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
  await tenant.bringUp();
  return tenant;
}

/**
 * Waits until the operator has repaired a change that comes after all that was done so far to the same kind. Its
 * watch reports changes in their order, so whatever the operator would do about the earlier ones is done by then.
 */
async function untilLaterChangeIsRepaired(tenant: Tenant): Promise<void> {
  const ref = tenant.ref('Kustomization', 'base');
  await tenant.patch(ref, { spec: { path: './marker' } });
  await waitFor('the later change is repaired', async () => {
    return (await readSpec(tenant, 'base'))['path'] === './base';
  });
  await tenant.reconcileNow();
}

async function readSpec(tenant: Tenant, name: string): Promise<Record<string, unknown>> {
  return (await tenant.get('Kustomization', name))['spec'] as Record<string, unknown>;
}

test('a field that somebody edits comes back', async () => {
  const tenant = await openReady();
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m', prune: false } });
  await waitFor('both fields are back', async () => {
    const { interval, prune } = await readSpec(tenant, 'apps');
    return interval === '10m' && prune === true;
  });
});

test('a repair is logged with the fields that had drifted', async () => {
  const tenant = await openReady();
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  const line = await waitFor('the repair is logged', () =>
    cluster.operator.log.find(
      ({ msg, object }) => msg === 'repaired drift' && object === `Kustomization/${tenant.namespace}/apps`,
    ),
  );
  expect(line).toMatchObject({
    level: 'info',
    drift: ['spec.interval'],
    layer: 'apps',
    FluxBlueprint: { namespace: tenant.namespace, name: 'platform' },
  });
});

test('a generated object that somebody deletes comes back', async () => {
  const tenant = await openReady();
  const { uid } = (await tenant.get('Kustomization', 'apps')).metadata;
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'apps'));
  await waitFor('it is there anew', async () => {
    const found = await tenant.find('Kustomization', 'apps');
    return found !== undefined && found.metadata.uid !== uid;
  });
});

test('a generated object that Flux holds while it is deleted comes back when it is gone', async () => {
  const tenant = await openReady();
  const ref = tenant.ref('Kustomization', 'apps');
  const { uid } = (await tenant.patch(ref, { metadata: { finalizers: ['finalizers.fluxcd.io'] } })).metadata;
  await tenant.client.cluster.delete(ref);
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: '/apps: is being deleted' });
  await tenant.patch(ref, { metadata: { finalizers: null } });
  await waitFor('it is there anew', async () => {
    const found = await tenant.find('Kustomization', 'apps');
    return found !== undefined && found.metadata.uid !== uid;
  });
});

test.each([
  ['all of our labels', [Label.ManagedBy, Label.Name, Label.Namespace, Label.Layer]],
  ['the label by which the operator watches', [Label.ManagedBy]],
  ['the name of the blueprint', [Label.Name]],
  ['the namespace of the blueprint', [Label.Namespace]],
  ['the layer', [Label.Layer]],
])('a label that somebody strips comes back: %s', async (_, stripped) => {
  const tenant = await openReady();
  const { labels: before, uid } = (await tenant.get('Kustomization', 'apps')).metadata;
  await tenant.patch(tenant.ref('Kustomization', 'apps'), {
    metadata: { labels: Object.fromEntries(stripped.map((label) => [label, null])) },
  });
  await waitFor('the labels are back', async () => {
    const { labels } = (await tenant.get('Kustomization', 'apps')).metadata;
    return JSON.stringify(labels) === JSON.stringify(before);
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect((await tenant.get('Kustomization', 'apps')).metadata.uid).toBe(uid);
});

test('a field that the blueprint does not set stays as somebody set it', async () => {
  const tenant = await openReady();
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { timeout: '7m', suspend: true } });
  await untilLaterChangeIsRepaired(tenant);
  expect(await readSpec(tenant, 'apps')).toMatchObject({ timeout: '7m', suspend: true });
});

test('labels and annotations of others stay, and those of the operator stand beside them', async () => {
  const tenant = await openReady();
  const metadata = { labels: { 'example.com/team': 'shop' }, annotations: { 'example.com/note': 'by hand' } };
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { metadata });
  await untilLaterChangeIsRepaired(tenant);
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  await waitFor('the field is back', async () => (await readSpec(tenant, 'apps'))['interval'] === '10m');
  expect((await tenant.get('Kustomization', 'apps')).metadata).toMatchObject(metadata);
});

test('a change of what is not ours writes nothing', async () => {
  const tenant = await openReady();
  await tenant.patch(tenant.ref('Kustomization', 'apps'), {
    metadata: { labels: { 'example.com/team': 'shop' } },
  });
  const before = versionsOf([await tenant.get('Kustomization', 'apps')]);
  await untilLaterChangeIsRepaired(tenant);
  expect(versionsOf([await tenant.get('Kustomization', 'apps')])).toEqual(before);
});

test('passes in which nothing has changed write nothing, neither objects nor the status', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(everyKindSpec());
  await tenant.bringUp();
  await tenant.reconcileNow();
  const written = appliedSoFar(tenant);
  const { resourceVersion } = (await tenant.blueprint()).metadata;
  for (const object of await tenant.generated()) await touch(tenant, object.kind, object.metadata.name);
  await tenant.applyBlueprint({ sources: [gitSource('marker')], layers: [layer('marker')] }, 'marker');
  await tenant.bringUp('marker');
  expect((await tenant.blueprint()).metadata.resourceVersion).toBe(resourceVersion);
  const before = versionsOf(await tenant.generated());
  await tenant.reconcileNow();
  await tenant.reconcileNow();
  expect(versionsOf(await tenant.generated())).toEqual(before);
  expect(appliedSoFar(tenant)).toBe(written);
});

/** Makes the API server report a change that leaves the object as it was. */
async function touch(tenant: Tenant, kind: string, name: string): Promise<void> {
  const ref = tenant.ref(kind, name);
  await tenant.patch(ref, { metadata: { annotations: { 'example.com/touched': 'yes' } } });
  await tenant.patch(ref, { metadata: { annotations: { 'example.com/touched': null } } });
}

/** How many writes of the blueprint `platform` the operator has logged. */
function appliedSoFar(tenant: Tenant): number {
  return cluster.operator.log.filter(({ msg, FluxBlueprint }) => {
    const { namespace, name } = (FluxBlueprint ?? {}) as { namespace?: string; name?: string };
    return (
      ['applied', 'repaired drift'].includes(msg) && namespace === tenant.namespace && name === 'platform'
    );
  }).length;
}

test('an edit of one blueprint’s object leaves those of another alone', async () => {
  const tenant = await openReady();
  await tenant.applyBlueprint({ sources: [gitSource('other')], layers: [layer('other')] }, 'second');
  await tenant.bringUp('second');
  const before = versionsOf(await tenant.generated('second'));
  await tenant.patch(tenant.ref('Kustomization', 'apps'), { spec: { interval: '59m' } });
  await waitFor('the field is back', async () => (await readSpec(tenant, 'apps'))['interval'] === '10m');
  expect(versionsOf(await tenant.generated('second'))).toEqual(before);
});
