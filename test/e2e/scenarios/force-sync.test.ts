import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { configMapYaml } from '../../harness/flux/manifests.ts';
import { Scenario } from '../scenario/scenario.ts';
import { Timeline } from '../../harness/flux/timeline.ts';
import { waitFor } from '../../harness/wait-for.ts';

let scenario: Scenario;
let timeline: Timeline;

beforeAll(async () => {
  scenario = await Scenario.open();
  timeline = await Timeline.start(scenario.client, scenario.tenant.namespace);
});

afterAll(async () => {
  await timeline.stop();
  await scenario.close();
});

/** Where on the timeline an object was first ready with a revision. */
async function firstWith(revision: string, kind: string, name: string): Promise<number> {
  const moment = await timeline.until(`is ready with ${revision}`, kind, name, (object) => {
    const { state, revision: held } = assessHealth(object);
    return state === 'Ready' && held === revision;
  });
  return moment.at;
}

test('a request on the blueprint fetches the sources anew, and then the layers, in order', async () => {
  const { tenant } = scenario;
  const deploy = (name: string, step: string): Record<string, string> => ({
    [`${name}/${name}.yaml`]: configMapYaml(tenant.namespace, name, { step }),
  });
  const git = await scenario.startGit();
  const fleet = await git.createRepository('fleet');
  await fleet.commit({ ...deploy('base', 'one'), ...deploy('middle', 'one'), ...deploy('apps', 'one') });
  await scenario.registry.pushFiles('force-sync/extra', 'latest', { 'extra.yaml': '' });
  const extra = { url: scenario.registry.url('force-sync/extra'), ref: { tag: 'latest' }, insecure: true };
  // Flux looks at none of it by itself while this scenario runs.
  const interval = '1h';
  await tenant.applyBlueprint({
    defaults: { kustomization: { interval }, git: { interval }, oci: { interval } },
    sources: [gitSource('fleet', { url: fleet.url }), { name: 'extra', oci: extra }],
    layers: [
      { ...layer('base'), source: 'fleet' },
      { ...layer('middle', ['base']), source: 'fleet' },
      { ...layer('apps', ['middle']), source: 'fleet' },
    ],
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });

  const revision = await fleet.commit({ ...deploy('base', 'two'), ...deploy('apps', 'two') });
  const pushed = await scenario.registry.pushFiles('force-sync/extra', 'latest', { 'extra.yaml': '# new\n' });
  await tenant.reconcileNow();

  const fetched = await firstWith(revision, 'GitRepository', 'fleet');
  const base = await firstWith(revision, 'Kustomization', 'base');
  const middle = await firstWith(revision, 'Kustomization', 'middle');
  const apps = await firstWith(revision, 'Kustomization', 'apps');
  expect([fetched, base, middle, apps]).toEqual([fetched, base, middle, apps].sort((a, b) => a - b));
  await firstWith(pushed, 'OCIRepository', 'extra');
  const data = await waitFor('the new commit is deployed', async () => {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: tenant.namespace, name: 'apps' };
    const { step } = ((await scenario.client.cluster.get(ref))?.['data'] ?? {}) as { step?: string };
    return step === 'two' ? step : undefined;
  });
  expect(data).toBe('two');

  const { annotations = {} } = (await tenant.blueprint()).metadata;
  expect((await tenant.status()).lastHandledReconcileAt).toBe(annotations[RECONCILE_REQUEST]);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});
