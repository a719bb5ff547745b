import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FINALIZER } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { chainSpec } from '../harness/blueprint/blueprints.ts';
import { waitFor } from '../harness/wait-for.ts';
import { describeCounts } from './audit/audit.ts';
import { report, untilConverged } from './audit/converge.ts';
import { FaultCluster } from './cluster/fault-cluster.ts';
import { untilCondition } from './cluster/observe-tenant.ts';
import { ACCOUNT, FaultTenant } from './cluster/fault-tenant.ts';

let cluster: FaultCluster;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  await cluster.startOperator();
});

afterAll(() => cluster.stop());

const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
const READ_ONLY = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'create', 'patch'] }];

/** Something that stands in the way of a deletion. */
interface Obstacle {
  put: (tenant: FaultTenant) => Promise<unknown>;
  remove: (tenant: FaultTenant) => Promise<unknown>;
  /** What the condition and the event must say of it. */
  says: (namespace: string) => string | RegExp;
  /** The reason of the event. */
  reason: 'DeletionBlocked' | 'Terminating';
}

const admission = 'admissionregistration.k8s.io/v1';

/** A policy that lets nobody delete the Kustomizations of a namespace, and its binding. */
function frozen({ namespace }: FaultTenant): KubeObject[] {
  const metadata = { name: `frozen-${namespace}` };
  const resources = { apiGroups: ['kustomize.toolkit.fluxcd.io'], apiVersions: ['*'], resources: ['*'] };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return [
    {
      apiVersion: admission,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { namespaceSelector, resourceRules: [{ ...resources, operations: ['DELETE'] }] },
        validations: [{ expression: 'false', message: 'nothing is deleted during the freeze' }],
      },
    },
    {
      apiVersion: admission,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ];
}

/** Whether the API server lets somebody delete an object, without doing it. */
async function mayDelete({ namespace }: FaultTenant): Promise<boolean> {
  const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/apps`;
  return cluster.client.transport.request({ method: 'DELETE', path, query: { dryRun: 'All' } }).then(
    () => true,
    () => false,
  );
}

async function hold({ namespace }: FaultTenant, finalizers: string[]): Promise<void> {
  await cluster.client.cluster.merge(
    { ...KUSTOMIZATION, namespace, name: 'apps' },
    { metadata: { finalizers } },
    { fieldManager: 'somebody' },
  );
}

const OBSTACLES: Readonly<Record<string, Obstacle>> = {
  'rights that the account lacks': {
    put: (tenant) => tenant.grant(READ_ONLY),
    remove: (tenant) => tenant.grant(),
    says: () => /apps cannot be deleted: .*cannot delete resource "kustomizations"/,
    reason: 'DeletionBlocked',
  },
  'the finalizer of somebody else': {
    put: (tenant) => hold(tenant, ['finalizers.fluxcd.io', 'example.com/hold']),
    remove: (tenant) => hold(tenant, []),
    says: (namespace) => `Kustomization/${namespace}/apps is held by finalizer`,
    reason: 'Terminating',
  },
  'an admission policy': {
    put: async (tenant) => {
      for (const object of frozen(tenant)) await cluster.client.apply(object);
      await waitFor('the policy is in force', async () => !(await mayDelete(tenant)));
    },
    remove: async (tenant) => {
      for (const { apiVersion, kind, metadata } of frozen(tenant))
        await cluster.client.cluster.delete({ apiVersion, kind, name: metadata.name });
    },
    says: () => /apps cannot be deleted: .*nothing is deleted during the freeze/,
    reason: 'DeletionBlocked',
  },
};

/** The notes of the events about the blueprint of a tenant, by reason. */
async function notesOf({ namespace }: FaultTenant, reason: string): Promise<string[]> {
  const events = (await cluster.client.list('events.k8s.io', 'Event', namespace)) as unknown as {
    reason: string;
    note: string;
  }[];
  return events.filter((event) => event.reason === reason).map(({ note }) => note);
}

let tenants = 0;

test.each(Object.entries(OBSTACLES))(
  'a deletion that meets %s keeps the finalizer, names what is in the way, and goes on when it goes',
  async (name, { put, remove, says, reason }) => {
    const tenant = await FaultTenant.open(cluster, `blocked-${tenants++}`, ACCOUNT);
    await tenant.apply(chainSpec('base', 'apps'));
    await untilConverged(cluster);
    await put(tenant);
    await tenant.delete();
    const expected = says(tenant.namespace);
    const blueprint = await untilCondition(tenant, { type: 'Ready' }, expected);
    expect(blueprint.metadata.finalizers).toContain(FINALIZER);
    expect(blueprint.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: reason === 'Terminating' ? 'Unknown' : 'False',
      reason,
    });
    const notes = await waitFor('the event is reported', async () => {
      const found = await notesOf(tenant, reason);
      return found.length > 0 && found;
    });
    expect(notes.join('\n')).toMatch(expected);
    await remove(tenant);
    await tenant.untilGone();
    const { findings } = await untilConverged(cluster);
    expect(findings).toEqual({ orphans: [], lost: [], foreign: [], escalations: [] });
    report(`a deletion blocked by ${name}: ${describeCounts(findings)}`);
  },
);
