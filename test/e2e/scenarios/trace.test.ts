import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Program } from '../../cli/program.ts';
import { Scenario } from '../scenario/scenario.ts';

const run = promisify(execFile);

let scenario: Scenario;
let program: Program;
let commit: string;

/** Objects of ten kinds, none of which needs a node to become ready. */
function objectsOf(namespace: string): KubeObject[] {
  const named = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    ...rest,
  });
  const selector = { matchLabels: { app: 'web' } };
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'main', image: 'web' }] },
  };
  return [
    named('v1', 'ConfigMap', 'settings'),
    named('v1', 'Secret', 'plain', { stringData: { greeting: 'hello' } }),
    named('v1', 'Service', 'web', { spec: { ports: [{ port: 80 }], selector: { app: 'web' } } }),
    named('v1', 'ServiceAccount', 'web'),
    named('v1', 'LimitRange', 'limits', { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } }),
    named('rbac.authorization.k8s.io/v1', 'Role', 'reader', { rules: [] }),
    named('networking.k8s.io/v1', 'NetworkPolicy', 'closed', { spec: { podSelector: {} } }),
    named('policy/v1', 'PodDisruptionBudget', 'web', { spec: { minAvailable: 0, selector } }),
    named('batch/v1', 'CronJob', 'nightly', {
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
      },
    }),
    named('apps/v1', 'Deployment', 'web', { spec: { replicas: 0, selector, template } }),
  ];
}

beforeAll(async () => {
  program = await Program.bundle();
  scenario = await Scenario.open();
  const { tenant } = scenario;
  const charts = await scenario.startCharts();
  await charts.publish({ name: 'web', version: '1.0.0' });
  const fleet = await (await scenario.startGit()).createRepository('fleet');
  const objects = objectsOf(tenant.namespace);
  commit = await fleet.commit({ 'apps/all.yaml': objects.map((object) => stringify(object)).join('---\n') });
  await tenant.applyBlueprint({
    defaults: { kustomization: { wait: false } },
    sources: [gitSource('fleet', { url: fleet.url }), { name: 'charts', helm: { url: charts.url } }],
    layers: [
      { ...layer('apps'), source: 'fleet' },
      { name: 'web', source: 'charts', helmRelease: { chart: { spec: { chart: 'web', version: '1.0.0' } } } },
    ],
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

afterAll(async () => {
  await scenario.close();
  await program.remove();
});

async function trace(object: string): Promise<string> {
  const args = [program.file, 'trace', object, '-n', scenario.tenant.namespace];
  const env = { KUBECONFIG: scenario.address.kubeconfigPath };
  return (await run(process.execPath, args, { env })).stdout;
}

test.each([
  'configmap/settings',
  'secret/plain',
  'svc/web',
  'sa/web',
  'limitrange/limits',
  'role/reader',
  'netpol/closed',
  'pdb/web',
  'cronjob/nightly',
  'deploy/web',
])('%s leads to its Kustomization, the commit, and its layer', async (object) => {
  const { namespace } = scenario.tenant;
  const shown = await trace(object);
  expect(shown).toContain(`Kustomization/${namespace}/apps  applied it`);
  expect(shown).toContain(`GitRepository/${namespace}/fleet  source`);
  expect(commit).toMatch(/[0-9a-f]{40}$/);
  expect(shown).toContain(/([0-9a-f]{8})[0-9a-f]{32}$/.exec(commit)?.[1]);
  expect(shown).toContain(`FluxBlueprint/${namespace}/platform  generated it  as apps, spec.layers[0]`);
  expect(shown).not.toContain('inventory');
});

test('what Helm installed leads to its HelmRelease, the chart, and its layer', async () => {
  const { namespace } = scenario.tenant;
  for (const object of ['configmap/web', 'hr/web']) {
    const shown = await trace(object);
    expect(shown).toContain(`HelmRelease/${namespace}/web`);
    expect(shown).toContain(`HelmRepository/${namespace}/charts  source`);
    expect(shown).toContain('chart web 1.0.0');
    expect(shown).toContain(`FluxBlueprint/${namespace}/platform  generated it  as web, spec.layers[1]`);
  }
});
