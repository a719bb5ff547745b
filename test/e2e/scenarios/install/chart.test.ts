import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/api/object.ts';
import { assessHealth } from '../../../../src/core/health/health.ts';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import type { FluxCluster } from '../../../harness/flux/flux-cluster.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { requestReconcile } from '../../../harness/flux/request-reconcile.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { untilDeployed } from '../../scenario/deployed.ts';
import { packReleasedChart, readVersion } from '../../scenario/released-files.ts';
import { Scenario, startOwnCluster } from '../../scenario/scenario.ts';
import { Untouched } from '../../scenario/untouched.ts';

const OLDER = '0.0.9';
const TARGET = 'fluxblueprint-system';
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  name: 'fluxblueprints.fluxblueprint.io',
};

let cluster: FluxCluster;
let scenario: Scenario;
let untouched: Untouched;
let current: string;

beforeAll(async () => {
  cluster = await startOwnCluster('install-chart');
  scenario = await Scenario.open({ cluster });
  current = await readVersion();
  for (const version of [OLDER, current]) {
    const { description, content } = await packReleasedChart(version);
    await scenario.registry.pushPackedChart('charts/fluxblueprint', description, content);
  }
  const { tenant } = scenario;
  const fleet = await (await scenario.startGit()).createRepository('fleet');
  await fleet.commit({ 'base/base.yaml': configMapYaml(tenant.namespace, 'base', { greeting: 'hello' }) });
  await tenant.applyBlueprint({
    sources: [gitSource('fleet', { url: fleet.url })],
    layers: [layer('base')],
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await untilDeployed(tenant, 'ConfigMap', 'base', { greeting: 'hello' });
  untouched = await Untouched.note(tenant, 'base');
});

afterAll(async () => {
  await scenario.close();
  await cluster.stop();
});

interface ReleaseStatus {
  observedGeneration?: number;
  history?: { chartVersion?: string }[];
}

/** Has helm-controller install a version of the chart, with values. Answers the release when it is ready with it. */
async function release(version: string, values: object = {}): Promise<KubeObject> {
  const { client, registry } = scenario;
  const metadata = { name: 'fluxblueprint', namespace: 'flux-system' };
  await client.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata,
    spec: {
      url: registry.url('charts/fluxblueprint'),
      ref: { tag: version },
      insecure: true,
      interval: '1h',
    },
  });
  const { metadata: stored } = await client.apply({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata,
    spec: {
      chartRef: { kind: 'OCIRepository', name: 'fluxblueprint' },
      targetNamespace: TARGET,
      interval: '1h',
      // Here no pod runs that it could wait for.
      install: { createNamespace: true, disableWait: true },
      upgrade: { disableWait: true },
      uninstall: { disableWait: true },
      values,
    },
  });
  return waitFor(`the release is ready with ${version}`, async () => {
    const live = await client.cluster.get({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      ...metadata,
    });
    const { history = [], observedGeneration } = (live?.['status'] ?? {}) as ReleaseStatus;
    const isNew = history[0]?.chartVersion?.startsWith(version) === true;
    const isSeen = observedGeneration === stored.generation;
    if (isNew && isSeen && assessHealth(live).state === 'Ready') return live;
    throw new Error(JSON.stringify(live?.['status']));
  });
}

function get(apiVersion: string, kind: string, name: string): Promise<KubeObject | undefined> {
  const namespace =
    kind.startsWith('ClusterRole') || apiVersion.startsWith('admission') ? {} : { namespace: TARGET };
  return scenario.client.cluster.get({ apiVersion, kind, name, ...namespace });
}

interface Deployed {
  spec: { replicas: number; template: { spec: { containers: { image: string; args: string[] }[] } } };
}

async function readContainer(): Promise<{ image: string; args: string[] } | undefined> {
  const found = (await get('apps/v1', 'Deployment', 'fluxblueprint-controller')) as Deployed | undefined;
  return found?.spec.template.spec.containers[0];
}

test('helm-controller installs the chart, over CRDs that are there', async () => {
  await release(OLDER);
  expect((await readContainer())?.image).toBe(`fluxblueprint:${OLDER}`);
  expect(await get('rbac.authorization.k8s.io/v1', 'ClusterRole', 'fluxblueprint-controller')).toBeDefined();
  const crd = await scenario.client.cluster.get(CRD);
  expect(crd?.metadata.labels?.['app.kubernetes.io/version']).toBe(OLDER);
  await untouched.check();
});

test('an upgrade brings the CRDs forth, also where somebody has edited one', async () => {
  const { cluster: api } = scenario.client;
  const edited = { metadata: { labels: { 'app.kubernetes.io/part-of': 'somebody' } } };
  await api.merge(
    CRD,
    { ...edited, spec: { names: { shortNames: ['mine'] } } },
    { fieldManager: 'somebody' },
  );
  await release(current, { lockdown: true, replicas: 3 });
  const crd = await api.get(CRD);
  expect(crd?.metadata.labels).toMatchObject({
    'app.kubernetes.io/part-of': 'fluxblueprint',
    'app.kubernetes.io/version': current,
  });
  expect(crd?.['spec']).toMatchObject({ names: { shortNames: ['fbp'] } });
  expect((await readContainer())?.args).toContain('--require-service-account');
  const policies = 'admissionregistration.k8s.io/v1';
  expect(await get(policies, 'ValidatingAdmissionPolicy', 'fluxblueprint-status')).toBeDefined();
  await untouched.check();
});

test('wrong values fail the release in words of the schema, and change nothing', async () => {
  const { tenant, client } = scenario;
  const ref = { ...tenant.ref('HelmRelease', 'fluxblueprint'), namespace: 'flux-system' };
  const setReplicas = (replicas: unknown): Promise<unknown> =>
    client.cluster.merge(ref, { spec: { values: { replicas } } }, { fieldManager: 'somebody' });
  await setReplicas('many');
  await waitFor('the release says what is wrong', async () => {
    const { message = '' } = assessHealth(await client.cluster.get(ref));
    if (message.includes('/replicas') && message.includes('want integer')) return true;
    throw new Error(message);
  });
  expect((await readContainer())?.image).toBe(`fluxblueprint:${current}`);
  await setReplicas(null);
  await untouched.check();
});

test('a downgrade takes the version before back', async () => {
  await release(OLDER);
  expect((await readContainer())?.image).toBe(`fluxblueprint:${OLDER}`);
  expect((await readContainer())?.args).not.toContain('--require-service-account');
  await untouched.check();
});

test('an uninstall takes the operator away, and neither CRDs nor blueprints nor what they generated', async () => {
  const { client } = scenario;
  const ref = { ...scenario.tenant.ref('HelmRelease', 'fluxblueprint'), namespace: 'flux-system' };
  await client.cluster.delete(ref);
  await waitFor('the release is gone', async () => (await client.cluster.get(ref)) === undefined);
  expect(await readContainer()).toBeUndefined();
  expect(
    await get('rbac.authorization.k8s.io/v1', 'ClusterRole', 'fluxblueprint-controller'),
  ).toBeUndefined();
  const crd = await client.cluster.get(CRD);
  expect(crd).toBeDefined();
  expect(crd?.metadata.deletionTimestamp).toBeUndefined();
  await untouched.check();
});

test('installed once more, it takes up what was left, and Flux goes on', async () => {
  await release(current);
  expect((await readContainer())?.image).toBe(`fluxblueprint:${current}`);
  await requestReconcile(scenario.tenant, 'Kustomization', 'base');
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });
  await untouched.check();
});
