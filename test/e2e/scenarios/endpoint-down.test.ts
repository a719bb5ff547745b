import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '../../harness/client.ts';
import { gitSource, layer } from '../../operator/blueprints.ts';
import type { Tenant } from '../../operator/tenant.ts';
import { configMapYaml } from '../manifests.ts';
import { Scenario } from '../scenario.ts';

let scenario: Scenario;
let tenant: Tenant;

beforeAll(async () => {
  scenario = await Scenario.open();
  tenant = scenario.tenant;
});

afterAll(() => scenario.close());

test('an endpoint of notifications that is down is told in the words of Flux, holds up nothing, and is used again', async () => {
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
  const { value: finding } = await waitFor('the failed delivery is a finding', async () => {
    const { findings = [] } = await tenant.status();
    return findings.find(({ rule }) => rule === 'undelivered-alert');
  });
  expect(finding.path).toBe('spec.notifications.alerts[0]');
  expect(finding.message).toContain(`failed to send notification for Kustomization/${tenant.namespace}/apps`);
  expect(finding.message).not.toContain('hidden');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });

  webhook.status = 200;
  const revision = await commit('two');
  await tenant.reconcileNow();
  await webhook.until('the next notification arrives', ({ body }) => {
    return body.includes(revision) && body.includes('Reconciliation finished');
  });
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});
