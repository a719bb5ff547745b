import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KIND } from '../../../../src/api/names.ts';
import type { FindingStatus, Status } from '../../../../src/api/schema/status.ts';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../../harness/blueprint/tenant.ts';
import { type Cleanups, cleanUp } from '../../../harness/cleanup.ts';
import { configMapYaml } from '../../../harness/flux/manifests.ts';
import { Scenario } from '../../scenario/scenario.ts';
import { Timeline } from '../../../harness/flux/timeline.ts';
import { SOON_MS } from '../../scenario/status-delay.ts';

const cleanups: Cleanups = [];
let scenario: Scenario;
let tenant: Tenant;
let timeline: Timeline;

beforeAll(async () => {
  scenario = await Scenario.open();
  cleanups.push(() => scenario.close());
  tenant = scenario.tenant;
  timeline = await Timeline.start(scenario.client, tenant.namespace);
  cleanups.push(() => timeline.stop());
});

afterAll(() => cleanUp(cleanups));

/** The finding that a delivery failed, of a blueprint. */
function undelivered({ findings = [] }: Status): FindingStatus | undefined {
  return findings.find(({ rule }) => rule === 'undelivered-alert');
}

test('an endpoint of notifications that is down is reported in the words of Flux, holds up nothing, and is used again', async () => {
  const webhook = await scenario.startWebhook();
  webhook.status = 503;
  const git = await scenario.startGit();
  const fleet = await git.createRepository('fleet');
  const commit = (step: string): Promise<string> =>
    fleet.commit({ 'apps/apps.yaml': configMapYaml(tenant.namespace, 'apps', { step }) });
  await commit('one');
  const address = `${webhook.url}/hidden`;
  await tenant.applyBlueprint({
    sources: [gitSource('fleet', { url: fleet.url })],
    layers: [layer('apps')],
    notifications: {
      // Flux tries again until then.
      providers: [{ name: 'chat', type: 'generic', address, timeout: '1s' }],
      alerts: [{ name: 'all', providerRef: { name: 'chat' }, eventSeverity: 'info', layers: ['apps'] }],
    },
  });
  const reported = await timeline.until('reports the failed delivery', KIND, 'platform', ({ status }) => {
    return undelivered(status ?? {}) !== undefined;
  });
  const finding = undelivered(reported.object['status'] ?? {});
  expect(finding?.path).toBe('spec.notifications.alerts[0]');
  expect(finding?.message).toContain(
    `failed to send notification for Kustomization/${tenant.namespace}/apps`,
  );
  expect(finding?.message).not.toContain('hidden');
  // Flux knows it when the last of its attempts is refused, not before.
  const [{ body: first } = { body: '' }] = webhook.deliveries;
  const attempts = webhook.deliveries.filter(({ body, ms }) => body === first && ms <= reported.ms);
  expect(attempts.length).toBeGreaterThan(0);
  expect(reported.ms - Math.max(...attempts.map(({ ms }) => ms))).toBeLessThan(SOON_MS);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });

  webhook.status = 200;
  const revision = await commit('two');
  await tenant.reconcileNow();
  await webhook.until('the next notification arrives', ({ body }) => {
    return body.includes(revision) && body.includes('Reconciliation finished');
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});
