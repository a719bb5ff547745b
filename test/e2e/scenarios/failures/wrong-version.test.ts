import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../../harness/blueprint/tenant.ts';
import { untilDeployed } from '../../scenario/deployed.ts';
import { type Cleanups, cleanUp } from '../../../harness/cleanup.ts';
import type { GitRepository } from '../../../harness/flux/servers/git-repository.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { Scenario } from '../../scenario/scenario.ts';
import { Timeline } from '../../../harness/flux/timeline.ts';
import { untilSoonCause } from '../../scenario/status-delay.ts';

const cleanups: Cleanups = [];
let scenario: Scenario;
let timeline: Timeline;
let tenant: Tenant;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  cleanups.push(() => scenario.close());
  tenant = scenario.tenant;
  timeline = await Timeline.start(scenario.client, tenant.namespace);
  cleanups.push(() => timeline.stop());
  const git = await scenario.startGit();
  fleet = await git.createRepository('fleet');
  await fleet.commit({ 'after/after.yaml': configMapYaml(tenant.namespace, 'after', {}) });
});

afterAll(() => cleanUp(cleanups));

/** A layer, of the repository, that waits for another. */
function after(name: string): object {
  return { ...layer('after', [name]), source: 'fleet' };
}

test('a version that a chart does not have is the root cause, with what it blocks, until it has it', async () => {
  const charts = await scenario.startCharts();
  await charts.publish({ name: 'web', version: '1.0.0' });
  const apply = (version: string): Promise<unknown> =>
    tenant.applyBlueprint(
      {
        sources: [
          gitSource('fleet', { url: fleet.url }),
          { name: 'charts', helm: { url: charts.url, interval: '3s' } },
        ],
        layers: [
          { name: 'web', source: 'charts', helmRelease: { chart: { spec: { chart: 'web', version } } } },
          after('web'),
        ],
      },
      'chart',
    );
  await apply('1.9.0');
  await untilSoonCause(
    scenario,
    timeline,
    {
      object: 'HelmRelease/web',
      says: /no 'web' chart with version matching '1\.9\.0' found/u,
      blocks: ['Kustomization/after'],
    },
    'chart',
  );
  await charts.publish({ name: 'web', version: '1.9.0' });
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'chart');
  await untilDeployed(tenant, 'ConfigMap', 'web', { message: 'hello', version: '1.9.0' });
});

test('a tag that an OCI repository does not have is the root cause, with what it blocks, until it has it', async () => {
  await scenario.registry.pushFiles('wrong-version/app', '1.0.0', { 'app.yaml': '' });
  const url = scenario.registry.url('wrong-version/app');
  await tenant.applyBlueprint(
    {
      layers: [
        {
          name: 'app',
          oci: { url, ref: { tag: '1.9.0' }, insecure: true, interval: '3s' },
          kustomization: {},
        },
        {
          name: 'next',
          dependsOn: ['app'],
          oci: { url, ref: { tag: '1.0.0' }, insecure: true },
          kustomization: {},
        },
      ],
    },
    'tag',
  );
  await untilSoonCause(
    scenario,
    timeline,
    {
      object: 'OCIRepository/app',
      says: /1\.9\.0/u,
      blocks: ['Kustomization/app', 'Kustomization/next'],
    },
    'tag',
  );
  const content = { 'app.yaml': configMapYaml(tenant.namespace, 'app', { from: 'the tag' }) };
  await scenario.registry.pushFiles('wrong-version/app', '1.9.0', content);
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'tag');
  await untilDeployed(tenant, 'ConfigMap', 'app', { from: 'the tag' });
});

test('a tag that a chart in an OCI registry does not have is the root cause, until it has it', async () => {
  await scenario.registry.pushChart('wrong-version/chart', { name: 'cache', version: '1.0.0' });
  const url = scenario.registry.url('wrong-version/chart');
  await tenant.applyBlueprint(
    {
      layers: [
        {
          name: 'cache',
          oci: { url, ref: { tag: '1.9.0' }, insecure: true, interval: '3s' },
          helmRelease: {},
        },
      ],
    },
    'chart-tag',
  );
  const cause = { object: 'OCIRepository/cache', says: /1\.9\.0/u, blocks: ['HelmRelease/cache'] };
  await untilSoonCause(scenario, timeline, cause, 'chart-tag');
  await scenario.registry.pushChart('wrong-version/chart', { name: 'cache', version: '1.9.0' });
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'chart-tag');
  expect((await tenant.get('HelmRelease', 'cache'))['status']).toMatchObject({
    history: [{ chartName: 'cache', status: 'deployed' }],
  });
});
