import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Status } from '../../../src/api/schema/status.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { requestReconcile } from '../../harness/flux/request-reconcile.ts';
import {
  deployYaml,
  PLATFORM_CREDENTIALS,
  PLATFORM_NAMESPACE,
  type Platform,
  preparePlatform,
} from '../../harness/flux/platform.ts';
import { Scenario } from '../scenario/scenario.ts';
import { Timeline } from '../../harness/flux/timeline.ts';
import type { Webhook } from '../../harness/flux/servers/webhook.ts';
import { waitFor } from '../../harness/wait-for.ts';

let scenario: Scenario;
let timeline: Timeline;
let platform: Platform;
let webhook: Webhook;

beforeAll(async () => {
  scenario = await Scenario.open({ namespace: PLATFORM_NAMESPACE });
  timeline = await Timeline.start(scenario.client, PLATFORM_NAMESPACE);
  webhook = await scenario.startWebhook();
  platform = await preparePlatform(scenario.client, {
    git: await scenario.startGit(PLATFORM_CREDENTIALS),
    charts: await scenario.startCharts(),
    registry: scenario.registry,
    webhook: webhook.url,
  });
});

afterAll(async () => {
  await timeline.stop();
  await scenario.close();
});

/** Each layer's objects after those of the layers that it depends on, as config/samples/platform.yaml says. */
const order = [
  ['Kustomization/infrastructure', 'Kustomization/configs'],
  ['Kustomization/infrastructure', 'HelmRelease/prometheus'],
  ['HelmRelease/prometheus', 'Kustomization/dashboards'],
  ['Kustomization/configs', 'Kustomization/apps'],
  ['Kustomization/dashboards', 'Kustomization/apps'],
] as const;

const isReady = (object: KubeObject): boolean => assessHealth(object).state === 'Ready';

/** Where on the timeline an object was first seen so. */
async function firstAt(name: string, isSo: (object: KubeObject) => boolean): Promise<number> {
  const [kind = '', plain = ''] = name.split('/');
  return (await timeline.until('was seen so', kind, plain, isSo)).at;
}

/** Whether Flux has begun to deploy it. */
function isDeployed(object: KubeObject): boolean {
  const { lastAppliedRevision, lastAttemptedRevision } = (object['status'] ?? {}) as Record<string, unknown>;
  return lastAppliedRevision !== undefined || lastAttemptedRevision !== undefined;
}

async function readConfigMap(name: string): Promise<unknown> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: PLATFORM_NAMESPACE, name };
  return (await scenario.client.cluster.get(ref))?.['data'];
}

test('the platform comes up from an empty cluster, each layer after those that it depends on', async () => {
  await scenario.client.apply(platform.blueprint);
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });

  for (const [before, after] of order) {
    const [ready, begun] = [await firstAt(before, isReady), await firstAt(after, isDeployed)];
    expect({ before, after, inOrder: ready < begun }).toEqual({ before, after, inOrder: true });
  }
  expect(await readConfigMap('infrastructure')).toEqual({ cluster: 'production', region: 'eu-north-1' });
  expect(await readConfigMap('apps')).toEqual({ cluster: 'production', domain: 'example.com' });
});

test('the blueprint is ready only when all of it is', async () => {
  const ready = await firstAt('FluxBlueprint/platform', isReady);
  const generated = await scenario.tenant.generated();
  for (const { kind, metadata } of generated)
    expect(await firstAt(`${kind}/${metadata.name}`, isReady)).toBeLessThan(ready);

  const { summary, layers, components } = await scenario.tenant.status();
  const total = generated.length;
  expect(summary).toMatchObject({ ready: total, total, failed: 0, blocked: 0, progressing: 0, suspended: 0 });
  expect(layers?.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'infrastructure Ready',
    'configs Ready',
    'monitoring Ready',
    'apps Ready',
  ]);
  expect(components ?? []).toEqual([]);
});

/** What the Ready condition of the blueprint went through since a moment. */
async function readinessSince(at: number): Promise<string[]> {
  const moments = await timeline.of('FluxBlueprint', 'platform');
  const later = moments.filter((moment) => moment.at > at);
  const said = later.map(({ object }) => {
    const { status, reason, message } = conditionOf(object, 'Ready');
    return `${String(status)} ${String(reason)}: ${String(message)}`;
  });
  return said.filter((each, i) => each !== said[i - 1]);
}

test('on its way up nothing is called a failure, though Flux looks before there is anything to fetch', async () => {
  expect((await readinessSince(0)).filter((each) => each.startsWith('False'))).toEqual([]);
});

test('with a new commit the blueprint is not ready again before every layer has it', async () => {
  const before = (await timeline.of('FluxBlueprint', 'platform')).at(-1)?.at ?? 0;
  const revision = await platform.fleet.commit({ 'apps/apps.yaml': deployYaml('apps', { second: 'yes' }) });
  platform.revision = revision;
  await requestFetch();
  const last = await timeline.until('has the commit', 'Kustomization', 'apps', (object) => {
    return isReady(object) && assessHealth(object).revision === revision;
  });
  await timeline.until('is ready after that', 'FluxBlueprint', 'platform', (object) => {
    return isReady(object) && Number(object.metadata.resourceVersion) > last.at;
  });
  const since = await readinessSince(before);
  expect(since.filter((each) => each.startsWith('True'))).toEqual(since.slice(-1));
  expect(since.at(-1)).toMatch(/^True/);
});

test('what Flux says of a layer that fails is what the status says, with its revision, until it is mended', async () => {
  const good = platform.revision;
  await platform.fleet.commit({ 'apps/apps.yaml': 'kind: ConfigMap\nmetadata: {name: [\n' });
  await requestFetch();
  const failed = await scenario.tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    reason: 'ComponentFailed',
  });
  const value = await waitFor('status and Flux say the same', async () => {
    const live = await scenario.tenant.get('Kustomization', 'apps');
    const { message } = conditionOf(live, 'Ready');
    const reported = (await scenario.tenant.status()).components?.find(({ name }) => name === 'apps');
    if (reported?.state === 'Failed' && reported.message === message) return { live, reported };
    throw new Error(JSON.stringify({ reported, message }));
  });
  expect(value.reported).toMatchObject({ layer: 'apps', kind: 'Kustomization', revision: good });
  expect((value.live['status'] as { lastAppliedRevision?: string }).lastAppliedRevision).toBe(good);
  expect(failed.message).toContain('apps');
  await webhook.until('the alert of the layer is delivered', ({ path, body }) => {
    return path.startsWith('/discord') && body.includes('kustomization/apps');
  });

  const mended = await platform.fleet.commit({ 'apps/apps.yaml': deployYaml('apps-mended') });
  await requestFetch();
  await timeline.until('has the commit that mends it', 'Kustomization', 'apps', (object) => {
    return isReady(object) && assessHealth(object).revision === mended;
  });
  await scenario.tenant.untilCondition({ type: 'Ready', status: 'True' });
  expect(await readConfigMap('apps-mended')).toEqual({ cluster: 'production' });
  expect(await readConfigMap('apps')).toBeUndefined();
});

/** Makes Flux look at the source now, as a push would by a webhook. */
function requestFetch(): Promise<void> {
  return requestReconcile(scenario.tenant, 'GitRepository', 'flux-system');
}

function conditionOf(
  object: KubeObject,
  type: string,
): { status?: string; reason?: string; message?: string } {
  const { conditions = [] } = (object['status'] ?? {}) as Status;
  return conditions.find((condition) => condition.type === type) ?? {};
}
