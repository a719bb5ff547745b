import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../../src/api/object.ts';
import { assessHealth } from '../../../../src/core/health/health.ts';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import type { FluxCluster } from '../../../harness/flux/flux-cluster.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { untilDeployed } from '../../scenario/deployed.ts';
import { readConfig, readVersion } from '../../scenario/released-files.ts';
import { Scenario, startOwnCluster } from '../../scenario/scenario.ts';
import { Untouched } from '../../scenario/untouched.ts';

const OLDER = '0.0.9';
const REPOSITORY = 'manifests/fluxblueprint';
const NAME = 'fluxblueprint';

let cluster: FluxCluster;
let scenario: Scenario;
let untouched: Untouched;
let current: string;

beforeAll(async () => {
  cluster = await startOwnCluster('install-artifact');
  scenario = await Scenario.open({ cluster });
  current = await readVersion();
  for (const version of [OLDER, current])
    await scenario.registry.pushFiles(REPOSITORY, version, await readConfig(version));
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

const ref = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  namespace: 'flux-system',
  name: NAME,
};

/** Has Flux install a version of a folder of config/, as docs/platform.md shows, and waits until it has. */
async function install(version: string, path: string): Promise<void> {
  const { client, registry } = scenario;
  await client.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: NAME, namespace: 'flux-system' },
    spec: { url: registry.url(REPOSITORY), ref: { tag: version }, insecure: true, interval: '1h' },
  });
  const { metadata } = await client.apply({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: NAME, namespace: 'flux-system' },
    spec: {
      sourceRef: { kind: 'OCIRepository', name: NAME },
      path,
      prune: true,
      interval: '1h',
      retryInterval: '2s',
      // By the image of your own registry.
      images: [{ name: 'fluxblueprint', newName: 'registry.example/fluxblueprint' }],
    },
  });
  await waitFor(`${path} of ${version} is installed`, async () => {
    const live = await client.cluster.get(ref);
    const { state, revision = '', message } = assessHealth(live);
    const seen = (live?.['status'] as { observedGeneration?: number } | undefined)?.observedGeneration;
    if (state === 'Ready' && revision.startsWith(version) && seen === metadata.generation) return true;
    throw new Error(`${state} ${revision} ${message ?? ''}`);
  });
}

function find(
  apiVersion: string,
  kind: string,
  name: string,
  namespaced = true,
): Promise<KubeObject | undefined> {
  const namespace = namespaced ? { namespace: 'fluxblueprint-system' } : {};
  return scenario.client.cluster.get({ apiVersion, kind, name, ...namespace });
}

const findCrd = (): Promise<KubeObject | undefined> =>
  find('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'fluxblueprints.fluxblueprint.io', false);

const findDeployment = (): Promise<KubeObject | undefined> =>
  find('apps/v1', 'Deployment', 'fluxblueprint-controller');

test('an artifact of config/ is fetched and installed by Flux', async () => {
  await install(OLDER, './config/default');
  expect(stringify(await findDeployment())).toContain(`image: registry.example/fluxblueprint:${OLDER}`);
  expect((await findCrd())?.metadata.labels).toMatchObject({ 'app.kubernetes.io/version': OLDER });
  await untouched.check();
});

test('a new tag brings everything to the new version, and the lockdown with its policies', async () => {
  await install(current, './config/lockdown');
  expect(stringify(await findDeployment())).toContain('--require-service-account');
  expect((await findCrd())?.metadata.labels).toMatchObject({ 'app.kubernetes.io/version': current });
  const generate = 'fluxblueprint-controller-generate';
  expect(await find('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', generate, false)).toBeUndefined();
  await untouched.check();
});

test('when Flux takes the operator away, the CRDs, the blueprints and what they generated stay', async () => {
  const { cluster: api } = scenario.client;
  await api.delete(ref);
  await waitFor('the Kustomization is gone', async () => (await api.get(ref)) === undefined);
  await waitFor('the operator is gone', async () => (await findDeployment()) === undefined);
  const crd = await findCrd();
  expect(crd).toBeDefined();
  expect(crd?.metadata.deletionTimestamp).toBeUndefined();
  await untouched.check();
});
