import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { untilCause } from '../scenario/causes.ts';
import { untilDeployed } from '../scenario/deployed.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMap, configMapYaml } from '../../harness/flux/manifests.ts';
import { Scenario } from '../scenario/scenario.ts';
import { Timeline } from '../../harness/flux/timeline.ts';

/** Templates of which the API server takes the first and not the second. */
const refused = {
  'configmap.yaml': stringify({ ...configMap('', 'web', { message: 'broken' }), metadata: { name: 'web' } }),
  'refused.yaml': stringify({ ...configMap('', 'x', {}), metadata: { name: 'Not A Name' } }),
};

let scenario: Scenario;
let tenant: Tenant;
let timeline: Timeline;
let chartsUrl: string;
let pushed: string;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  tenant = scenario.tenant;
  timeline = await Timeline.start(scenario.client, tenant.namespace);
  const charts = await scenario.startCharts();
  await charts.publish(
    { name: 'web', version: '1.0.0' },
    { name: 'web', version: '1.1.0', templates: refused },
    { name: 'web', version: '1.1.1' },
  );
  chartsUrl = charts.url;
  pushed = await scenario.registry.pushChart('helm/cache', { name: 'cache', version: '2.0.0' });
  const git = await scenario.startGit();
  fleet = await git.createRepository('fleet');
  await fleet.commit({ 'dashboards/dashboards.yaml': configMapYaml(tenant.namespace, 'dashboards', {}) });
});

afterAll(async () => {
  await timeline.stop();
  await scenario.close();
});

/** A Kustomization that waits for a HelmRelease of a repository, which waits for one of an OCI registry. */
function blueprint({ version = '1.0.0', message = 'from the blueprint' } = {}): object {
  return {
    defaults: { helmRelease: { upgrade: { remediation: { retries: 1 } } } },
    sources: [gitSource('fleet', { url: fleet.url }), { name: 'charts', helm: { url: chartsUrl } }],
    layers: [
      {
        name: 'cache',
        oci: { url: scenario.registry.url('helm/cache'), ref: { tag: '2.0.0' }, insecure: true },
        helmRelease: {},
      },
      {
        name: 'web',
        dependsOn: ['cache'],
        source: 'charts',
        helmRelease: { chart: { spec: { chart: 'web', version } }, values: { message } },
      },
      { ...layer('dashboards', ['web']), source: 'fleet' },
    ],
  };
}

const isReady = (object: KubeObject): boolean => assessHealth(object).state === 'Ready';

test('a chart of a Helm repository and one of an OCI registry are installed, with the values of the blueprint', async () => {
  await tenant.applyBlueprint(blueprint());
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  // Flux tells charts of one tag apart by their digests.
  const version = pushed.replace(/@sha256:(.{12}).*$/u, '+$1');
  await untilDeployed(tenant, 'ConfigMap', 'cache', { message: 'hello', version });
  await untilDeployed(tenant, 'ConfigMap', 'web', { message: 'from the blueprint', version: '1.0.0' });
  expect((await tenant.get('HelmRelease', 'cache'))['spec']).toMatchObject({
    chartRef: { kind: 'OCIRepository', name: 'cache' },
  });
});

test('a Kustomization is deployed only after the HelmRelease that it depends on', async () => {
  const [installed, made] = await Promise.all([
    timeline.until('is ready', 'HelmRelease', 'web', isReady),
    timeline.until('is there', 'Kustomization', 'dashboards', () => true),
  ]);
  expect(installed.at).toBeLessThan(made.at);
  await untilDeployed(tenant, 'ConfigMap', 'dashboards', {});
});

test('an upgrade that fails is rolled back, and the status says so, until one works', async () => {
  await tenant.applyBlueprint(blueprint({ version: '1.1.0' }));
  const { revision } = await untilCause(tenant, {
    object: 'HelmRelease/web',
    says: /^Failed to upgrade.*; Helm rollback .* succeeded; Helm upgrade failed .*Not A Name/u,
  });
  expect(revision).toBe('1.0.0');
  await untilDeployed(tenant, 'ConfigMap', 'web', { message: 'from the blueprint', version: '1.0.0' });

  await tenant.applyBlueprint(blueprint({ version: '1.1.1' }));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await untilDeployed(tenant, 'ConfigMap', 'web', { message: 'from the blueprint', version: '1.1.1' });
});
