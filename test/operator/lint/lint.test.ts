import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FindingStatus } from '../../../src/api/schema/status.ts';
import type { ObjectRef } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { grantAll } from '../../harness/blueprint/accounts.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/**
 * Waits until a rule has found something, and answers it. A request makes the operator look now, which may be before it
 * hears of what the test has done.
 */
async function untilFound(tenant: Tenant, rule: string): Promise<FindingStatus> {
  const value = await waitFor(`${rule} is found`, async () => {
    await tenant.reconcileNow();
    const { findings = [] } = await tenant.status();
    return findings.find((finding) => finding.rule === rule);
  });
  return value;
}

async function rulesOf(tenant: Tenant): Promise<string[]> {
  await tenant.reconcileNow();
  return ((await tenant.status()).findings ?? []).map(({ rule }) => rule);
}

test('a manager that applies a generated object beside the operator is reported by name', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  expect(await rulesOf(tenant)).not.toContain('direct-apply');
  const { apiVersion, kind, metadata } = await tenant.get('Kustomization', 'base');
  const { name, namespace } = metadata;
  await tenant.client.apply(
    { apiVersion, kind, metadata: { name, namespace }, spec: { interval: '10m' } },
    'kubectl',
  );
  const { message, path } = await untilFound(tenant, 'direct-apply');
  expect(path).toBe('spec.layers[0]');
  expect(message).toContain('has fields that kubectl set directly');
});

test('an edit of a generated object by hand has an event that says what was put back, and where to change it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  await tenant.patch(tenant.ref('Kustomization', 'base'), { spec: { interval: '59m' } }, 'kubectl-edit');
  const note = await waitFor('the repair is reported', async () => {
    const reported = (await tenant.events()).find(({ reason }) => reason === 'DriftRepaired');
    return reported?.note;
  });
  expect(note).toBe(
    `put back spec.interval of Kustomization/${tenant.namespace}/base, which kubectl-edit had set: make the change in the blueprint, at spec.layers[0]`,
  );
});

/**
 * Makes what managers own older than it is: nobody can wait for a week. The API server takes a change of times alone
 * back, so that the manager gets another name too.
 */
async function age(tenant: Tenant, ref: ObjectRef): Promise<void> {
  const { metadata } = (await tenant.client.cluster.get(ref)) ?? {};
  const managedFields = (metadata?.managedFields ?? []).map((entry) => ({
    ...entry,
    ...(entry.manager === 'flux' ? { manager: 'flux-of-old' } : {}),
    time: '2026-01-01T00:00:00Z',
  }));
  await tenant.patch(ref, { metadata: { managedFields } }, 'ager');
}

test('a generated object that somebody suspended more than a week ago is found', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(chainSpec('base'));
  await tenant.bringUp();
  const ref = tenant.ref('Kustomization', 'base');
  await tenant.patch(ref, { spec: { suspend: true } }, 'flux');
  await tenant.untilCondition({ type: 'Ready', says: '1 suspended' });
  expect(await rulesOf(tenant)).not.toContain('forgotten-suspension');
  await age(tenant, ref);
  const { message, path } = await untilFound(tenant, 'forgotten-suspension');
  expect(path).toBe('spec.layers[0]');
  expect(message).toContain('has been suspended since 2026-01-01: it gets no update');
});

test('a Secret that lacks the key that Flux reads is found by its metadata, and is right when it has it', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grantAll(tenant);
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sops-age', namespace: tenant.namespace },
  };
  await tenant.client.apply({ ...secret, stringData: { wrong: 'marker-of-a-value' } });
  const spec = {
    ...chainSpec('base'),
    serviceAccountName: 'deployer',
    secrets: { sops: { secretRef: { name: 'sops-age' } } },
  };
  await tenant.applyBlueprint(spec);
  const { message } = await untilFound(tenant, 'missing-reference');
  expect(message).toContain('a key such as `age.agekey`');
  expect(JSON.stringify(await tenant.blueprint())).not.toContain('marker-of-a-value');
});

test('an alert of a provider that is not there is found, and is right when somebody makes that Provider', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({
    ...chainSpec('base'),
    notifications: {
      providers: [{ name: 'chat', type: 'slack', address: 'https://hooks.example.com' }],
      alerts: [{ name: 'on-call', providerRef: { name: 'caht' } }],
    },
  });
  const { message, path } = await untilFound(tenant, 'missing-reference');
  expect(path).toBe('spec.notifications.alerts[0].providerRef.name');
  expect(message).toContain('which is not there, and Flux drops its notifications: did you mean "chat"?');
  await tenant.client.apply({
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    metadata: { name: 'caht', namespace: tenant.namespace },
    spec: { type: 'slack', address: 'https://hooks.example.com' },
  });
  await waitFor('nothing is missing', async () => !(await rulesOf(tenant)).includes('missing-reference'));
});

test('an alert that Flux could not deliver is reported at once, without its address, for as long as Flux reports the failure', async () => {
  const tenant = await Tenant.open(cluster.client);
  const { namespace } = tenant;
  await tenant.applyBlueprint({
    ...chainSpec('base'),
    notifications: {
      providers: [{ name: 'chat', type: 'generic', address: 'https://chat.example.com/hidden' }],
      alerts: [{ name: 'on-call', providerRef: { name: 'chat' } }],
    },
  });
  await tenant.bringUp();
  const reported = async (): Promise<string | undefined> =>
    (await tenant.status()).findings?.find(({ rule }) => rule === 'undelivered-alert')?.message;
  expect(await reported()).toBeUndefined();

  // As notification-controller records it, by the older API of events.
  const now = new Date().toISOString();
  const event = { apiVersion: 'v1', kind: 'Event', namespace, name: 'on-call.1' };
  await tenant.client.apply({
    apiVersion: event.apiVersion,
    kind: event.kind,
    metadata: { namespace, name: event.name },
    involvedObject: { ...tenant.ref('Alert', 'on-call') },
    type: 'Warning',
    reason: 'NotificationDispatchFailed',
    message: `failed to send notification for Kustomization/${namespace}/base: Post "https://chat.example.com/hidden": EOF`,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    source: { component: 'notification-controller' },
  });
  const message = await waitFor('the failure is reported', reported);
  expect(message).toContain(`failed to send notification for Kustomization/${namespace}/base`);
  expect(message).toContain('https://chat.example.com/…');
  expect(JSON.stringify(await tenant.status())).not.toContain('hidden');
  await tenant.untilCondition({ type: 'Ready', status: 'True' });

  await tenant.client.cluster.delete(event);
  await waitFor('it is no longer reported', async () => (await reported()) === undefined);
});

test('an account of its own is an error in the findings, and what is generated is written as before', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grantAll(tenant);
  const layers = chainSpec('base').layers.map((base) => ({ ...base, unset: ['serviceAccountName'] }));
  await tenant.applyBlueprint({ ...chainSpec('base'), layers, serviceAccountName: 'deployer' });
  const { severity, path, message } = await untilFound(tenant, 'own-account');
  expect([severity, path]).toEqual(['error', 'spec.layers[0]']);
  expect(message).toContain('without ServiceAccount deployer, the account of the blueprint');
  await tenant.bringUp();
  expect(await tenant.get('Kustomization', 'base')).not.toHaveProperty('spec.serviceAccountName');
});
