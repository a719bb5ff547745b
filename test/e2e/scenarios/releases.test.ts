import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestClient } from '../../harness/api-server/client.ts';
import { type Cleanups, cleanUp } from '../../harness/cleanup.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { openRemoteScenario } from '../scenario/remote-cluster.ts';
import type { Scenario } from '../scenario/scenario.ts';

const cleanups: Cleanups = [];
let scenario: Scenario;
/** The cluster that both environments are deployed to. */
let remote: TestClient;
let charts: string;

beforeAll(async () => {
  ({ scenario, remote } = await openRemoteScenario('releases', 'far', cleanups));
  const repository = await scenario.startCharts();
  await repository.publish({ name: 'hello', version: '1.0.0' }, { name: 'hello', version: '1.1.0' });
  charts = repository.url;
});

afterAll(() => cleanUp(cleanups));

/** One chart in these environments, all of them on the other cluster. */
function deploying(version: string, ...environments: string[]): object {
  return {
    sources: [{ name: 'charts', helm: { url: charts } }],
    layers: [{ name: 'hello', helmRelease: { chart: { spec: { chart: 'hello', version } } } }],
    environments: environments.map((name) => ({
      name,
      kubeConfig: { secretRef: { name: 'far' } },
      layers: [{ name: 'hello', helmRelease: { values: { message: name } } }],
    })),
  };
}

/** What the chart deployed on the other cluster: the data of its ConfigMaps, by the name of the release. */
async function deployed(): Promise<Record<string, unknown>> {
  const found = await remote.list('', 'ConfigMap', scenario.tenant.namespace);
  return Object.fromEntries(found.map((object) => [object.metadata.name, object['data']]));
}

/** The Secrets in which Helm keeps the revisions of releases on the other cluster, as `name.revision`. */
async function revisions(): Promise<string[]> {
  const found = await remote.list('', 'Secret', scenario.tenant.namespace);
  return found.map(({ metadata }) => metadata.name.replace('sh.helm.release.v1.', '')).sort();
}

async function apply(blueprint: object): Promise<void> {
  await scenario.tenant.applyBlueprint(blueprint);
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });
}

const hello = (message: string, version = '1.0.0'): object => ({ message, version });

test('the release of one environment alone has the plain name', async () => {
  await apply(deploying('1.0.0', 'east'));
  expect(await deployed()).toEqual({ hello: hello('east') });
});

test('another environment on that cluster gets a release of its own, and the first keeps its name', async () => {
  await apply(deploying('1.0.0', 'east', 'west'));
  expect(await deployed()).toEqual({ hello: hello('east'), 'hello-west': hello('west') });
  expect(await revisions()).toEqual(['hello-west.v1', 'hello.v1']);
});

test('an upgrade upgrades both, each in its own release', async () => {
  await apply(deploying('1.1.0', 'east', 'west'));
  expect(await deployed()).toEqual({ hello: hello('east', '1.1.0'), 'hello-west': hello('west', '1.1.0') });
  expect(await revisions()).toEqual(['hello-west.v1', 'hello-west.v2', 'hello.v1', 'hello.v2']);
});

test('what one environment deployed goes with it, and the release of the other stays as it is', async () => {
  await apply(deploying('1.1.0', 'west'));
  await waitFor('the release of east is gone', async () => !('hello' in (await deployed())));
  await scenario.tenant.reconcileNow();
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(await deployed()).toEqual({ 'hello-west': hello('west', '1.1.0') });
  expect(await revisions()).toEqual(['hello-west.v1', 'hello-west.v2']);
});
