import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { configMapYaml } from '../../harness/flux/manifests.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Scenario } from '../scenario/scenario.ts';

let scenario: Scenario;
let tenant: Tenant;
let url: string;

beforeAll(async () => {
  scenario = await Scenario.open();
  tenant = scenario.tenant;
  const git = await scenario.startGit();
  const fleet = await git.createRepository('fleet');
  await fleet.commit({ 'base/base.yaml': configMapYaml(tenant.namespace, 'base', { greeting: 'hello' }) });
  url = fleet.url;
});

afterAll(() => scenario.close());

beforeEach(async () => {
  await tenant.applyBlueprint({
    sources: [gitSource('fleet', { url })],
    layers: [layer('base', [], { interval: '5s' })],
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

const deployed = () => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: tenant.namespace, name: 'base' });

async function untilDeployedAgain(uid: string | undefined): Promise<KubeObject> {
  const value = await waitFor('another ConfigMap is there', async () => {
    const found = await scenario.client.cluster.get(deployed());
    return found?.metadata.uid === uid ? undefined : found;
  });
  return value;
}

async function readUid(): Promise<string | undefined> {
  return (await scenario.client.cluster.get(deployed()))?.metadata.uid;
}

test('a deployed object that is deleted by hand comes back, by Flux', async () => {
  const uid = await readUid();
  expect(uid).toBeDefined();
  await scenario.client.cluster.delete(deployed());
  expect((await untilDeployedAgain(uid))['data']).toEqual({ greeting: 'hello' });
});

test('a generated object that is edited by hand is as it was, and Flux goes on with it', async () => {
  const { spec } = (await tenant.get('Kustomization', 'base')) as KubeObject & { spec: object };
  await tenant.patch(tenant.ref('Kustomization', 'base'), { spec: { path: './somewhere/else' } });
  await waitFor('the edit is taken back', async () => {
    const live = await tenant.get('Kustomization', 'base');
    return JSON.stringify(live['spec']) === JSON.stringify(spec);
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(await readUid()).toBeDefined();
});

test('a generated object that is deleted by hand comes back, and what it deployed with it', async () => {
  const { uid } = (await tenant.get('Kustomization', 'base')).metadata;
  const deployedUid = await readUid();
  await scenario.client.cluster.delete(tenant.ref('Kustomization', 'base'));
  await waitFor('another Kustomization is there', async () => {
    const found = await tenant.find('Kustomization', 'base');
    return found !== undefined && found.metadata.uid !== uid;
  });
  // Flux takes along what a Kustomization deployed, and deploys it anew for the next one.
  await untilDeployedAgain(deployedUid);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

test('what was suspended by hand shows as such and stays, until it is resumed', async () => {
  const ref = tenant.ref('Kustomization', 'base');
  await tenant.patch(ref, { spec: { suspend: true } }, 'flux');
  await waitFor('the layer shows as suspended', async () => {
    return (await tenant.status()).layers?.some(
      ({ name, state }) => name === 'base' && state === 'Suspended',
    );
  });
  const uid = await readUid();
  await scenario.client.cluster.delete(deployed());
  await tenant.reconcileNow();
  expect((await tenant.get('Kustomization', 'base'))['spec']).toMatchObject({ suspend: true });
  expect(await readUid()).toBeUndefined();

  await tenant.patch(ref, { spec: { suspend: false } }, 'flux');
  await untilDeployedAgain(uid);
  await waitFor('the layer is ready again', async () => {
    return (await tenant.status()).layers?.every(({ state }) => state === 'Ready');
  });
});
