import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chartLayer, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** A Kustomization that waits for a HelmRelease, which Flux itself cannot order. */
function certificates(...more: object[]): object {
  return {
    sources: [gitSource()],
    layers: [chartLayer('cert-manager'), layer('issuers', ['cert-manager']), ...more],
  };
}

/** A tenant of {@link certificates} in which everything runs. */
async function openReady(): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(certificates());
  await tenant.bringUp();
  return tenant;
}

function setHelmRelease(tenant: Tenant, status: 'True' | 'False', name = 'cert-manager'): Promise<void> {
  return tenant.client.setReady(tenant.ref('HelmRelease', name), status, 'Test', 'set by the test');
}

/** So that nothing but the components is waited for. */
async function markSourcesReady(tenant: Tenant): Promise<void> {
  const generated = await tenant.generated();
  await tenant.markReady(...generated.filter(({ kind }) => kind.endsWith('Repository')));
}

test('a Kustomization is not created before the HelmRelease that it depends on is ready, and then at once', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(certificates());
  await tenant.untilThere('HelmRelease', 'cert-manager');
  await markSourcesReady(tenant);
  await tenant.untilCondition({ type: 'Ready', status: 'Unknown', says: '2/4 ready' });
  const status = await tenant.status();
  const { components } = status;
  expect(components).toContainEqual(
    expect.objectContaining({
      name: 'issuers',
      state: 'Blocked',
      blockedBy: [`HelmRelease/${tenant.namespace}/cert-manager`],
    }),
  );
  expect(readInventory(status).map(({ id }) => id.split('_')[1])).not.toContain('issuers');

  await setHelmRelease(tenant, 'False');
  await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    says: 'cert-manager failed: set by the test',
  });
  await tenant.reconcileNow();
  expect(await tenant.find('Kustomization', 'issuers')).toBeUndefined();

  await setHelmRelease(tenant, 'True');
  await tenant.untilThere('Kustomization', 'issuers');
  await tenant.bringUp();
});

test('a HelmRelease is held back by a Kustomization in the same way', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [layer('crds'), chartLayer('operator', ['crds'])],
  });
  await tenant.untilThere('Kustomization', 'crds');
  await tenant.reconcileNow();
  expect(await tenant.find('HelmRelease', 'operator')).toBeUndefined();
  // Its source depends on nothing and is fetched meanwhile.
  await tenant.untilThere('OCIRepository', 'operator');
  await tenant.client.setReady(tenant.ref('Kustomization', 'crds'), 'True');
  await tenant.untilThere('HelmRelease', 'operator');
});

test('of several dependencies the last to become ready lets the object go', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [chartLayer('one'), chartLayer('two'), layer('apps', ['one', 'two'])],
  });
  await tenant.untilThere('HelmRelease', 'two');
  await markSourcesReady(tenant);
  await setHelmRelease(tenant, 'True', 'one');
  const held = await waitFor('only the second is waited for', async () => {
    const { components = [] } = await tenant.status();
    return components.find(({ name, blockedBy = [] }) => name === 'apps' && blockedBy.length === 1);
  });
  expect(held.blockedBy).toEqual([`HelmRelease/${tenant.namespace}/two`]);
  expect(await tenant.find('Kustomization', 'apps')).toBeUndefined();
  await setHelmRelease(tenant, 'True', 'two');
  await tenant.untilThere('Kustomization', 'apps');
});

test('within a kind Flux waits: such an object is created at once and says what it depends on', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(certificates(layer('apps', ['issuers'])));
  const apps = await tenant.untilThere('Kustomization', 'apps');
  expect(apps).toMatchObject({ spec: { dependsOn: [{ name: 'issuers' }] } });
  expect(await tenant.find('Kustomization', 'issuers')).toBeUndefined();
});

test('what has run is neither removed nor changed when its dependency fails again', async () => {
  const tenant = await openReady();
  const before = versionsOf([await tenant.get('Kustomization', 'issuers')]);
  await setHelmRelease(tenant, 'False');
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: 'cert-manager failed' });
  await tenant.reconcileNow();
  expect(versionsOf([await tenant.get('Kustomization', 'issuers')])).toEqual(before);
  const { summary } = await tenant.status();
  expect(summary).toMatchObject({ ready: 3, failed: 1, blocked: 0 });
  await setHelmRelease(tenant, 'True');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

test('what has run comes back at once when somebody deletes it, though its dependency has failed', async () => {
  const tenant = await openReady();
  await setHelmRelease(tenant, 'False');
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: 'cert-manager failed' });
  const { uid } = (await tenant.get('Kustomization', 'issuers')).metadata;
  await tenant.client.cluster.delete(tenant.ref('Kustomization', 'issuers'));
  await waitFor('it is there anew', async () => {
    const found = await tenant.find('Kustomization', 'issuers');
    return found !== undefined && found.metadata.uid !== uid;
  });
});

test('what has run is changed as the blueprint says, though its dependency has failed', async () => {
  const tenant = await openReady();
  await setHelmRelease(tenant, 'False');
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: 'cert-manager failed' });
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [chartLayer('cert-manager'), layer('issuers', ['cert-manager'], { interval: '1h' })],
  });
  await waitFor('the interval is changed', async () => {
    const issuers = await tenant.get('Kustomization', 'issuers');
    return (issuers['spec'] as { interval: string }).interval === '1h';
  });
});

test('a dependency that changes together with what waits for it must be ready with the change', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [chartLayer('cert-manager')] });
  await tenant.bringUp();
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [
      { ...chartLayer('cert-manager'), helmRelease: { values: { crds: true } } },
      layer('issuers', ['cert-manager']),
    ],
  });
  await tenant.untilCondition({ type: 'Ready', says: 'waiting for HelmRelease/' });
  await tenant.reconcileNow();
  expect(await tenant.find('Kustomization', 'issuers')).toBeUndefined();
  await setHelmRelease(tenant, 'True');
  await tenant.untilThere('Kustomization', 'issuers');
});

test('a suspended dependency holds nothing back', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(certificates());
  await tenant.untilThere('HelmRelease', 'cert-manager');
  await tenant.patch(tenant.ref('HelmRelease', 'cert-manager'), { spec: { suspend: true } });
  await tenant.untilThere('Kustomization', 'issuers');
});

test('nothing is pruned while something new still waits', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({ sources: [gitSource()], layers: [layer('old')] });
  await tenant.bringUp();
  await tenant.applyBlueprint(certificates());
  await tenant.untilThere('HelmRelease', 'cert-manager');
  await tenant.reconcileNow();
  expect(await tenant.find('Kustomization', 'old')).toBeDefined();
  await tenant.bringUp();
  await tenant.untilGone('Kustomization', 'old');
});
