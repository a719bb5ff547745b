import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { stringify } from 'yaml';
import { gitSource, layer } from '../../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../../harness/blueprint/tenant.ts';
import { untilDeployed } from '../../scenario/deployed.ts';
import { type Cleanups, cleanUp } from '../../../harness/cleanup.ts';
import { configMapYaml, secret } from '../../../harness/flux/manifests.ts';
import { Scenario } from '../../scenario/scenario.ts';
import { encrypt } from '../../../harness/flux/sops.ts';
import { Timeline } from '../../../harness/flux/timeline.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { untilSoonCause } from '../../scenario/status-delay.ts';

const cleanups: Cleanups = [];
let scenario: Scenario;
let timeline: Timeline;
let tenant: Tenant;

beforeAll(async () => {
  scenario = await Scenario.open();
  cleanups.push(() => scenario.close());
  tenant = scenario.tenant;
  timeline = await Timeline.start(scenario.client, tenant.namespace);
  cleanups.push(() => timeline.stop());
});

afterAll(() => cleanUp(cleanups));

/** How soon Flux tries again what failed. */
const retryInterval = '2s';

async function makeSecret(name: string, data: Record<string, string>): Promise<void> {
  await scenario.client.apply(secret(tenant.namespace, name, data));
}

/** Waits until the findings say, or no longer say, that a Secret is missing. */
async function untilFound(name: string, blueprint: string, isFound: boolean): Promise<void> {
  await waitFor(`findings ${isFound ? '' : 'no longer '}name ${name}`, async () => {
    const { findings = [] } = await tenant.status(blueprint);
    const reported = findings.some(
      ({ rule, message }) => rule === 'missing-reference' && message.includes(name),
    );
    return reported === isFound;
  });
}

test('a Secret that a Git source lacks is the root cause, with what it blocks, until it is there', async () => {
  const credentials = { username: 'flux', password: 'only-for-tests' };
  const git = await scenario.startGit(credentials);
  const fleet = await git.createRepository('fleet');
  await fleet.commit({
    'base/base.yaml': configMapYaml(tenant.namespace, 'base', {}),
    'apps/apps.yaml': configMapYaml(tenant.namespace, 'apps', {}),
  });
  const secretRef = { name: 'git-credentials' };
  await tenant.applyBlueprint(
    {
      sources: [gitSource('fleet', { url: fleet.url, secretRef })],
      layers: [layer('base'), layer('apps', ['base'])],
    },
    'source',
  );
  const cause = {
    object: 'GitRepository/fleet',
    says: /"git-credentials" not found/u,
    blocks: ['Kustomization/apps', 'Kustomization/base'],
  };
  await untilSoonCause(scenario, timeline, cause, 'source');
  await untilFound('git-credentials', 'source', true);
  await makeSecret('git-credentials', credentials);
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'source');
  await untilFound('git-credentials', 'source', false);
});

test('Secrets of variables and of keys that a layer lacks are the root cause, until they are there', async () => {
  const git = await scenario.startGit();
  const keys = await git.createRepository('keys');
  const identity = await generateX25519Identity();
  const age = await identityToRecipient(identity);
  const path = 'locked/locked.yaml';
  const encrypted = await encrypt({
    path,
    content: stringify(secret(tenant.namespace, 'locked', { password: '${PASSWORD}' })),
    sopsYaml: stringify({ creation_rules: [{ encrypted_regex: '^(data|stringData)$', age }] }),
  });
  await keys.commit({ [path]: encrypted, 'next/next.yaml': configMapYaml(tenant.namespace, 'next', {}) });
  await tenant.applyBlueprint(
    {
      defaults: { kustomization: { retryInterval } },
      secrets: { sops: { secretRef: { name: 'sops-keys' } } },
      variables: { substituteFrom: [{ kind: 'Secret', name: 'passwords' }] },
      sources: [gitSource('keys', { url: keys.url })],
      layers: [layer('locked'), layer('next', ['locked'])],
    },
    'layer',
  );
  const cause = { object: 'Kustomization/locked', blocks: ['Kustomization/next'] };
  await untilSoonCause(scenario, timeline, { ...cause, says: /sops-keys/u }, 'layer');
  await untilFound('sops-keys', 'layer', true);
  await untilFound('passwords', 'layer', true);
  await makeSecret('sops-keys', { 'age.agekey': identity });
  await untilSoonCause(scenario, timeline, { ...cause, says: /passwords/u }, 'layer');
  await makeSecret('passwords', { PASSWORD: 'only-for-tests' });
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'layer');
  await untilDeployed(tenant, 'Secret', 'locked', { password: 'only-for-tests' });
});

test('a Secret of values that a HelmRelease lacks is the root cause, until it is there', async () => {
  await scenario.registry.pushChart('missing-secret/chart', { name: 'web', version: '1.0.0' });
  const url = scenario.registry.url('missing-secret/chart');
  const valuesFrom = [{ kind: 'Secret', name: 'web-values' }];
  await tenant.applyBlueprint(
    {
      layers: [
        { name: 'web', oci: { url, ref: { tag: '1.0.0' }, insecure: true }, helmRelease: { valuesFrom } },
      ],
    },
    'values',
  );
  await untilSoonCause(scenario, timeline, { object: 'HelmRelease/web', says: /web-values/u }, 'values');
  await untilFound('web-values', 'values', true);
  await makeSecret('web-values', { 'values.yaml': 'message: from a Secret\n' });
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'values');
});

test('a Secret that a provider lacks is a finding, until it is there, and then alerts arrive', async () => {
  const webhook = await scenario.startWebhook();
  await scenario.registry.pushFiles('missing-secret/app', '1.0.0', { 'app.yaml': '' });
  const url = scenario.registry.url('missing-secret/app');
  await tenant.applyBlueprint(
    {
      layers: [{ name: 'app', oci: { url, ref: { tag: '1.0.0' }, insecure: true }, kustomization: {} }],
      notifications: {
        providers: [{ name: 'chat', type: 'generic', secretRef: { name: 'chat-address' } }],
        alerts: [{ name: 'all', providerRef: { name: 'chat' }, eventSeverity: 'info' }],
      },
    },
    'provider',
  );
  await tenant.untilCondition({ type: 'Ready', status: 'True' }, 'provider');
  await untilFound('chat-address', 'provider', true);
  await makeSecret('chat-address', { address: `${webhook.url}/chat` });
  await untilFound('chat-address', 'provider', false);
  await scenario.registry.pushFiles('missing-secret/app', '1.0.0', { 'app.yaml': '# new\n' });
  await tenant.reconcileNow('provider');
  const { path } = await webhook.until('an alert arrives', ({ body }) => body.includes('OCIRepository'));
  expect(path).toBe('/chat');
});
