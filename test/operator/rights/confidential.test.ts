import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { chartLayer, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

const MARKER = 's3cr3t-hunter2';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster(['--log-level', 'debug']);
});

afterAll(() => cluster.stop());

/** Everything that the operator says: its log, its metrics, and what it wrote about a tenant's blueprint. */
async function readAll(tenant: Tenant): Promise<Record<string, string>> {
  const address = String(cluster.operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr']);
  const { status, metadata } = await tenant.blueprint();
  return {
    log: JSON.stringify(cluster.operator.log),
    metrics: await (await fetch(`http://${address}/metrics`)).text(),
    status: JSON.stringify(status),
    events: JSON.stringify(await tenant.events()),
    labels: JSON.stringify([metadata.labels, metadata.finalizers]),
  };
}

function expectNothingTold(said: Record<string, string>): void {
  for (const [where, text] of Object.entries(said)) {
    expect({ where, text: text.slice(0, 50_000) }).not.toMatchObject({
      text: expect.stringContaining('s3cr3t'),
    });
  }
}

/** Refuses what a tenant's blueprint generates in words that repeat what may be secret in it. */
async function refuseTelling(namespace: string): Promise<void> {
  const name = `telling-${namespace}`;
  const metadata = { name };
  const rule = (apiGroup: string, resource: string) => ({
    apiGroups: [apiGroup],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: [resource],
  });
  const repeated = [
    "has(object.spec.values) ? 'values ' + object.spec.values.key",
    "has(object.spec.address) ? 'address ' + object.spec.address",
    "has(object.spec.postBuild) ? 'variable ' + object.spec.postBuild.substitute.TOKEN",
    "'nothing'",
  ].join(' : ');
  await cluster.client.apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          rule('helm.toolkit.fluxcd.io', 'helmreleases'),
          rule('kustomize.toolkit.fluxcd.io', 'kustomizations'),
          rule('notification.toolkit.fluxcd.io', 'providers'),
        ],
      },
      validations: [{ expression: 'false', messageExpression: repeated }],
    },
  });
  await cluster.client.apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  await waitFor('the policy refuses, and repeats what it sees', async () => {
    const message = await refusalOf(namespace);
    return message?.includes('address short');
  });
}

/** What the API server says to a Provider whose address is too short a text to be left out. */
async function refusalOf(namespace: string): Promise<string | undefined> {
  const provider: KubeObject = {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    metadata: { name: 'probe', namespace },
    spec: { type: 'generic', address: 'short' },
  };
  try {
    await cluster.client.cluster.apply(provider, { fieldManager: 'test', dryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError) return error.message;
    throw error;
  }
}

test('a policy that repeats values, variables and addresses is heard, but not what it repeats', async () => {
  const tenant = await Tenant.open(cluster.client);
  await refuseTelling(tenant.namespace);
  await tenant.applyBlueprint({
    sources: [gitSource()],
    layers: [
      { ...chartLayer('chart'), helmRelease: { values: { key: `${MARKER}-values` } } },
      layer('apps', [], { postBuild: { substitute: { TOKEN: `${MARKER}-variable` } } }),
    ],
    notifications: {
      providers: [{ name: 'chat', type: 'generic', address: `https://hooks.example.com/${MARKER}-address` }],
    },
  });
  const { message } = await tenant.untilCondition({ type: 'Ready', status: 'False', reason: 'ApplyFailed' });
  expect(message).toContain('***');
  await waitFor('the failure is in the log', () =>
    cluster.operator.log.some(({ msg }) => msg === 'the reconcile failed'),
  );
  expectNothingTold(await readAll(tenant));
});

test('a value in the place of another type is refused without being repeated', async () => {
  const tenant = await Tenant.open(cluster.client);
  tenant.extraKinds.push({ group: 'external-secrets.io', kind: 'ExternalSecret' });
  await tenant.applyBlueprint({
    layers: [
      {
        name: 'token',
        object: {
          apiVersion: 'external-secrets.io/v1',
          kind: 'ExternalSecret',
          spec: { target: { name: { odd: `${MARKER}-object` } }, refreshInterval: [`${MARKER}-list`] },
        },
      },
    ],
  });
  await tenant.untilCondition({ type: 'Ready', status: 'False' });
  await tenant.untilCondition({ type: 'Ready', status: 'False', says: 'was not accepted' });
  expectNothingTold(await readAll(tenant));
});

test('a URL with a password is refused by its path alone', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({
    sources: [{ name: 'fleet', git: { url: `ftp://me:${MARKER}@example.com/fleet` } }],
    layers: [layer('apps')],
  });
  await tenant.untilCondition({ type: 'Stalled', status: 'True', says: 'spec.sources[0].git.url' });
  expectNothingTold(await readAll(tenant));
});
