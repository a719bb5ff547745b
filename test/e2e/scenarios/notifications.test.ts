import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { untilCause } from '../scenario/causes.ts';
import { untilDeployed, untilReadyWith } from '../scenario/deployed.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMapYaml, secret } from '../../harness/flux/manifests.ts';
import { Scenario } from '../scenario/scenario.ts';
import type { Delivery, Webhook } from '../../harness/flux/servers/webhook.ts';
import { waitFor } from '../../harness/wait-for.ts';

let scenario: Scenario;
let tenant: Tenant;
let webhook: Webhook;
let fleet: GitRepository;

/** What signs notifications, and calls of the receiver. */
const token = 'only-for-tests';

beforeAll(async () => {
  scenario = await Scenario.open();
  tenant = scenario.tenant;
  webhook = await scenario.startWebhook();
  const git = await scenario.startGit();
  fleet = await git.createRepository('fleet');
  await fleet.commit({
    'base/base.yaml': deployment('base', 'one'),
    'apps/apps.yaml': deployment('apps', 'one'),
  });
  await scenario.client.apply(secret(tenant.namespace, 'token', { token }));
  await tenant.applyBlueprint(blueprint());
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
});

afterAll(() => scenario.close());

function deployment(name: string, step: string): string {
  return configMapYaml(tenant.namespace, name, { step });
}

/** Failures go to one path of the webhook, and all that happens, signed, to another. */
function blueprint(): object {
  const secretRef = { name: 'token' };
  return {
    sources: [gitSource('fleet', { url: fleet.url, interval: '1h' })],
    layers: [layer('base'), layer('apps', ['base'])],
    notifications: {
      providers: [
        { name: 'plain', type: 'generic', address: `${webhook.url}/plain` },
        { name: 'signed', type: 'generic-hmac', address: `${webhook.url}/signed`, secretRef },
      ],
      alerts: [
        { name: 'failures', providerRef: { name: 'plain' }, eventSeverity: 'error', layers: ['apps'] },
        { name: 'all', providerRef: { name: 'signed' }, eventSeverity: 'info' },
      ],
      receivers: [{ name: 'push', type: 'github', events: ['ping', 'push'], secretRef }],
    },
  };
}

/** What Flux reports about an object. */
interface Notification {
  involvedObject: { kind: string; namespace: string; name: string };
  severity: string;
  message: string;
}

function read({ body }: Delivery): Notification {
  return JSON.parse(body) as Notification;
}

/** Waits until a path was notified about the layer `apps`. */
function untilTold(path: string, severity: string, says: string): Promise<Delivery> {
  return webhook.until(`${path} is reported`, (delivery) => {
    if (!delivery.path.startsWith(path)) return false;
    const { involvedObject, severity: reported } = read(delivery);
    const { kind, name } = involvedObject;
    return (
      kind === 'Kustomization' && name === 'apps' && reported === severity && delivery.body.includes(says)
    );
  });
}

function sign(text: string): string {
  return `sha256=${createHmac('sha256', token).update(text).digest('hex')}`;
}

/** Calls the receiver where the status of the blueprint says that it listens, as GitHub does. */
async function push(signature: (body: string) => string): Promise<number> {
  const path = await waitFor('the status says where the receiver listens', async () => {
    return (await tenant.status()).webhooks?.find(({ name }) => name === 'push')?.path;
  });
  const body = JSON.stringify({ ref: 'refs/heads/main' });
  const { status } = await fetch(`${scenario.address.receiver}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': signature(body),
    },
    body,
  });
  return status;
}

test('an alert hears every generated object by its exact name, or those of its layers', async () => {
  const sourcesOf = async (name: string): Promise<unknown> => {
    return ((await tenant.get('Alert', name))['spec'] as { eventSources: unknown }).eventSources;
  };
  expect(await sourcesOf('failures')).toEqual([{ kind: 'Kustomization', name: 'apps' }]);
  expect(await sourcesOf('all')).toEqual([
    { kind: 'GitRepository', name: 'fleet' },
    { kind: 'Kustomization', name: 'apps' },
    { kind: 'Kustomization', name: 'base' },
  ]);
});

test("a call of the receiver's path in the status makes Flux fetch a new commit", async () => {
  const revision = await fleet.commit({ 'apps/apps.yaml': deployment('apps', 'two') });
  expect(await push(() => sign('something else'))).not.toBe(200);
  expect(await push(sign)).toBe(200);
  await untilReadyWith(tenant, 'Kustomization', 'apps', revision);
  await untilDeployed(tenant, 'ConfigMap', 'apps', { step: 'two' });
});

test('a layer that fails, and its recovery, are reported, with a signature that verifies', async () => {
  const broken = deployment('apps', 'three').replace('ConfigMap', 'NoSuchKind');
  await fleet.commit({ 'apps/apps.yaml': broken });
  expect(await push(sign)).toBe(200);
  const { message = '' } = await untilCause(tenant, { object: 'Kustomization/apps', says: /NoSuchKind/u });
  const plain = await untilTold('/plain', 'error', 'NoSuchKind');
  const signed = await untilTold('/signed', 'error', 'NoSuchKind');
  expect(read(plain).message).toBe(message);
  expect(signed.headers['x-signature']).toBe(sign(signed.body));

  const revision = await fleet.commit({ 'apps/apps.yaml': deployment('apps', 'four') });
  expect(await push(sign)).toBe(200);
  await untilReadyWith(tenant, 'Kustomization', 'apps', revision);
  const recovery = await untilTold('/signed', 'info', revision);
  expect(recovery.headers['x-signature']).toBe(sign(recovery.body));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  // The alert of failures hears nothing else.
  const reported = webhook.deliveries.filter(({ path }) => path.startsWith('/plain')).map(read);
  expect(reported.map(({ severity, involvedObject }) => `${severity} ${involvedObject.name}`)).toEqual([
    'error apps',
  ]);
});
