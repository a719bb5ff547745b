import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMapYaml } from '../../harness/flux/manifests.ts';
import { openRemoteScenario } from '../scenario/remote-cluster.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Timeline } from '../../harness/flux/timeline.ts';

const cleanups: Cleanups = [];
let scenario: Scenario;
let timeline: Timeline;
/** The cluster of production. */
let production: TestClient;
let fleet: GitRepository;
let charts: string;

beforeAll(async () => {
  const opened = await openRemoteScenario('environments', 'production-kubeconfig', cleanups);
  scenario = opened.scenario;
  production = opened.remote;
  timeline = await Timeline.start(scenario.client, scenario.tenant.namespace);
  cleanups.push(() => timeline.stop());
  fleet = await (await scenario.startGit()).createRepository('fleet');
  const repository = await scenario.startCharts();
  await repository.publish({ name: 'hello', version: '1.0.0' });
  charts = repository.url;
});

afterAll(() => cleanUp(cleanups));

/** Commits what both environments deploy, and names the commit by a tag. */
async function release(tag: string, apps?: string): Promise<void> {
  const data = { version: tag, environment: '${ENVIRONMENT}' };
  const deploy = (name: string): string => configMapYaml(scenario.tenant.namespace, name, data);
  await fleet.commit({ 'base/base.yaml': deploy('base'), 'apps/apps.yaml': apps ?? deploy('apps') });
  await fleet.tag(tag);
}

/** Staging here, and then production in a cluster of its own, each with its own source, both pinned to a tag. */
function pinnedTo(tag: string): object {
  const environment = (name: string): object => ({
    name,
    variables: { substitute: { ENVIRONMENT: name } },
    sources: [{ name: 'fleet', git: { ref: { tag } } }],
  });
  const hello = { chart: { spec: { chart: 'hello', version: '1.0.0' } } };
  return {
    sources: [
      gitSource('fleet', { url: fleet.url, ref: { tag } }),
      { name: 'charts', helm: { url: charts } },
    ],
    layers: [
      { ...layer('base'), source: 'fleet' },
      { ...layer('apps', ['base']), source: 'fleet' },
      { name: 'hello', dependsOn: ['base'], source: 'charts', helmRelease: hello },
    ],
    environments: [
      environment('staging'),
      {
        ...environment('production'),
        after: 'staging',
        kubeConfig: { secretRef: { name: 'production-kubeconfig' } },
      },
    ],
  };
}

async function readConfigMap(client: TestClient, name: string): Promise<unknown> {
  const { namespace } = scenario.tenant;
  return (await client.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }))?.['data'];
}

const deployed = (version: string, environment: string): object => ({ version, environment });
const isReady = (object: KubeObject): boolean => assessHealth(object).state === 'Ready';

/** The tags that production's source was ever pinned to, and the revisions that its layers ever had, by their tag. */
async function tagsOfProduction(): Promise<string[]> {
  const pins = (await timeline.of('GitRepository', 'fleet-production')).map(({ object }) => {
    return (object['spec'] as { ref: { tag: string } }).ref.tag;
  });
  const held: (string | undefined)[] = [];
  for (const name of ['GitRepository/fleet', 'Kustomization/base', 'Kustomization/apps']) {
    const [kind = '', plain = ''] = name.split('/');
    const moments = await timeline.of(kind, `${plain}-production`);
    held.push(...moments.map(({ object }) => assessHealth(object).revision));
  }
  const tags = [...pins, ...held.flatMap((revision) => revision?.split('@')[0] ?? [])];
  return [...new Set(tags)].sort();
}

test('staging is deployed here, and then production on the API server of its kubeconfig', async () => {
  await release('v1');
  await scenario.tenant.applyBlueprint(pinnedTo('v1'));
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });

  for (const name of ['base', 'apps']) {
    expect(await readConfigMap(scenario.client, name)).toEqual(deployed('v1', 'staging'));
    expect(await readConfigMap(production, name)).toEqual(deployed('v1', 'production'));
  }
  const staged = await timeline.until('is ready', 'Kustomization', 'apps-staging', isReady);
  const [begun] = await timeline.of('Kustomization', 'base-production');
  expect(staged.at).toBeLessThan(begun?.at ?? 0);
});

test('the release of a chart has its plain name where it is alone, on the other API server', async () => {
  const chart = { message: 'hello', version: '1.0.0' };
  expect(await readConfigMap(scenario.client, 'hello-staging')).toEqual(chart);
  expect(await readConfigMap(production, 'hello')).toEqual(chart);
});

test('a new tag that breaks staging never reaches production', async () => {
  await release('v2', 'kind: ConfigMap\nmetadata: {name: [\n');
  await scenario.tenant.applyBlueprint(pinnedTo('v2'));
  const isSo = (object: KubeObject): boolean => assessHealth(object).state === 'Failed';
  await timeline.until('fails', 'Kustomization', 'apps-staging', isSo);
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'False', says: 'apps-staging' });
  await scenario.tenant.reconcileNow();

  const { environments, components } = await scenario.tenant.status();
  expect(environments).toMatchObject([
    { name: 'staging', state: 'Failed' },
    { name: 'production', state: 'Ready', ready: 4, total: 4, waitsFor: { gate: 'After' } },
  ]);
  expect(components).toMatchObject([{ name: 'apps-staging', environment: 'staging', state: 'Failed' }]);
  expect(await readConfigMap(scenario.client, 'base')).toEqual(deployed('v2', 'staging'));
  expect(await readConfigMap(production, 'base')).toEqual(deployed('v1', 'production'));
  expect(await tagsOfProduction()).toEqual(['v1']);
});

test('a new tag that works goes through staging to production by itself', async () => {
  await release('v3');
  await scenario.tenant.applyBlueprint(pinnedTo('v3'));
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });
  for (const name of ['base', 'apps']) {
    expect(await readConfigMap(scenario.client, name)).toEqual(deployed('v3', 'staging'));
    expect(await readConfigMap(production, name)).toEqual(deployed('v3', 'production'));
  }
  expect(await tagsOfProduction()).toEqual(['v1', 'v3']);
});

test('what was deployed to the other API server goes with the blueprint', async () => {
  await scenario.tenant.deleteBlueprint();
  await scenario.tenant.untilDeleted();
  const { namespace } = scenario.tenant;
  const left = [scenario.client, production].map((client) => client.list('', 'ConfigMap', namespace));
  expect((await Promise.all(left)).flat().map(({ metadata }) => metadata.name)).toEqual([]);
});
