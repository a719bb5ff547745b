import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/api/object.ts';
import { gitSource } from '../../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../../harness/blueprint/tenant.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { stringify } from 'yaml';
import { waitFor } from '../../../harness/wait-for.ts';
import { Scenario } from '../../scenario/scenario.ts';
import { Witness } from '../../scenario/witness.ts';

const NOTHING = { deleted: [], recreated: [], restarted: [] };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

let scenario: Scenario;
let tenant: Tenant;
/** Another namespace that components move to. */
let other: Tenant;
let witness: Witness;
let gitUrl: string;
let chartsUrl: string;

beforeAll(async () => {
  scenario = await Scenario.open();
  ({ tenant } = scenario);
  other = await Tenant.open(scenario.client);
  await giveRights();
  const fleet = await (await scenario.startGit()).createRepository('fleet');
  await fleet.commit(
    Object.fromEntries(
      NAMES.map((name) => [
        `apps/${name}/all.yaml`,
        configMapYaml(tenant.namespace, name, {}) + '---\n' + deployment(name),
      ]),
    ),
  );
  gitUrl = fleet.url;
  const charts = await scenario.startCharts();
  await charts.publish({ name: 'hello', version: '1.0.0' });
  chartsUrl = charts.url;
  witness = await Witness.start(scenario.client, tenant.namespace, other.namespace);
});

afterAll(async () => {
  await witness.stop();
  await scenario.close();
});

/** A Deployment of no pods: none can start here, and what makes one start anew is its generation. */
function deployment(name: string): string {
  const labels = { app: name };
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: tenant.namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example.com/main' }] } },
    },
  });
}

async function giveRights(): Promise<void> {
  for (const { namespace } of [tenant, other]) {
    const metadata = { name: 'deployer', namespace };
    await scenario.client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await scenario.client.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `deployer-${namespace}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    });
  }
}

const app = (path: string, name = path, more: object = {}): object => ({
  name,
  source: 'fleet',
  path: `./apps/${path}`,
  kustomization: { wait: false },
  ...more,
});
const hello = (name: string): object => ({
  name,
  source: 'charts',
  helmRelease: { chart: { spec: { chart: 'hello', version: '1.0.0' } }, values: { message: 'hi' } },
});

const spec = (layers: object[], more: object = {}): object => ({
  serviceAccountName: 'deployer',
  sources: [gitSource('fleet', { url: gitUrl }), { name: 'charts', helm: { url: chartsUrl } }],
  layers,
  ...more,
});

/** Applies a blueprint and waits until exactly these are there, and it is ready. */
async function arrange(layers: object[], ...wanted: string[]): Promise<void> {
  await tenant.applyBlueprint(spec(layers));
  await untilThere(wanted);
}

async function untilThere(wanted: string[], name = 'platform'): Promise<void> {
  const sorted = [...wanted].sort();
  await waitFor(`${sorted.join(', ')} are there`, async () => {
    const found = (await tenant.generated(name))
      .filter(({ kind }) => kind === 'Kustomization' || kind === 'HelmRelease')
      .map(
        ({ kind, metadata }) =>
          `${kind}/${metadata.namespace === other.namespace ? 'other/' : ''}${metadata.name}`,
      )
      .sort();
    if (found.join() === sorted.join()) return true;
    throw new Error(`found ${found.join(', ')}; ${JSON.stringify((await tenant.status(name)).conditions)}`);
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, name);
}

const first = [
  { name: 'apps', components: NAMES.map((name) => app(name)) },
  { name: 'charts', components: [hello('hello')] },
];

test('components get other names, layers and namespaces, and a release another name: nothing deployed is touched', async () => {
  await arrange(first, ...NAMES.map((name) => `Kustomization/${name}`), 'HelmRelease/hello');
  expect(witness.names).toHaveLength(2 * NAMES.length + 1);
  // Renamed.
  await arrange(
    [
      {
        name: 'apps',
        components: [app('a', 'alpha'), app('b', 'beta'), app('c'), app('d'), app('e'), app('f')],
      },
      { name: 'charts', components: [hello('greeting')] },
    ],
    ...['alpha', 'beta', 'c', 'd', 'e', 'f'].map((name) => `Kustomization/${name}`),
    'HelmRelease/greeting',
  );
  expect(await witness.judge()).toEqual(NOTHING);
  // To other layers and another namespace.
  await arrange(
    [
      { name: 'base', components: [app('a', 'alpha'), app('b', 'bravo')] },
      {
        name: 'front',
        dependsOn: ['base'],
        namespace: other.namespace,
        components: [app('c'), app('d', 'delta')],
      },
      { name: 'back', dependsOn: ['base'], components: [app('e'), app('f', 'foxtrot')] },
      { name: 'charts', dependsOn: ['front'], components: [hello('greeting')] },
    ],
    ...['alpha', 'bravo', 'e', 'foxtrot', 'other/c', 'other/delta'].map((name) => `Kustomization/${name}`),
    'HelmRelease/greeting',
  );
  expect(await witness.judge()).toEqual(NOTHING);
  const charts = await scenario.client.list('source.toolkit.fluxcd.io', 'HelmChart', tenant.namespace);
  expect(charts.map(({ metadata }) => metadata.name)).toEqual([`${tenant.namespace}-greeting`]);
});

test('a component goes to another blueprint', async () => {
  const { client } = scenario;
  const release = await tenant.blueprint();
  const layers = (release.spec.layers ?? []).filter(({ name }) => name !== 'back');
  await tenant.applyBlueprint(spec(layers, { released: ['back/e', 'back/foxtrot'] }));
  await waitFor('they are let go', async () => {
    const names = (await tenant.generated()).map(({ metadata }) => metadata.name);
    return !names.includes('e') && !names.includes('foxtrot');
  });
  const moved = ['e', 'foxtrot'].map((name) => ({
    from: `back/${name}`,
    to: `back/${name}`,
    blueprint: 'platform',
  }));
  const taken = [{ name: 'back', components: [app('e'), app('f', 'foxtrot')] }];
  await client.apply(
    tenant.manifest(
      {
        serviceAccountName: 'deployer',
        sources: [{ name: 'fleet', sourceRef: { kind: 'GitRepository', name: 'fleet' } }],
        layers: taken,
        moved,
      },
      'second',
    ),
  );
  await untilThere(['Kustomization/e', 'Kustomization/foxtrot'], 'second');
  expect(await witness.judge()).toEqual(NOTHING);
});

test('what a rename does in Flux alone is seen by the same measure', async () => {
  const alone = await Tenant.open(scenario.client);
  const seen = await Witness.start(scenario.client, alone.namespace);
  const { client } = scenario;
  const fleet = await (await scenario.startGit()).createRepository('alone');
  await fleet.commit({ 'apps/x/all.yaml': configMapYaml(alone.namespace, 'x', {}) });
  const make = (kind: string, name: string, objectSpec: object): Promise<KubeObject> => {
    const { apiVersion } = alone.ref(kind, name);
    return client.apply({
      apiVersion,
      kind,
      metadata: { name, namespace: alone.namespace },
      spec: objectSpec,
    });
  };
  const rename = (name: string): Promise<KubeObject> =>
    make('Kustomization', name, {
      sourceRef: { kind: 'GitRepository', name: 'alone' },
      ...{ path: './apps/x', interval: '1h', prune: true },
    });
  await make('GitRepository', 'alone', { url: fleet.url, ref: { branch: 'main' }, interval: '1h' });
  await rename('old');
  await waitFor('it is deployed', () => seen.names.length === 1);
  await client.cluster.delete(alone.ref('Kustomization', 'old'));
  await alone.untilGone('Kustomization', 'old');
  await rename('new');
  const name = `ConfigMap/${alone.namespace}/x`;
  await waitFor('Flux has made it anew', async () => (await seen.judge()).recreated.length === 1);
  expect(await seen.judge()).toEqual({ deleted: [name], recreated: [name], restarted: [] });
  await seen.stop();
});
