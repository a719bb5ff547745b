import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, FINALIZER, KIND, Label, MANAGED_BY, PLURAL } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { isAllowedGroup } from '../../src/api/groups.ts';
import { externalSecret } from '../../src/core/kinds/external-secret.ts';
import { GENERATED_KINDS } from '../../src/core/kinds/index.ts';
import { createNamespace, openClient, refusal, type Client } from '../harness/api-server/environment.ts';
import { writeAccountKubeconfig } from '../harness/api-server/service-accounts.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';
import { startOperator, type OperatorProcess } from '../harness/operator/operator-process.ts';
import { waitFor } from '../harness/wait-for.ts';
import { untilGranted } from './access.ts';
import {
  applyAll,
  installDefault,
  startInstallCluster,
  untilRefused,
  type InstallCluster,
} from './cluster.ts';
import { buildKustomization, findObject } from './kustomize.ts';

const RBAC = 'rbac.authorization.k8s.io';
const account = { namespace: 'fluxblueprint-system', name: 'fluxblueprint-controller' };

let environment: InstallCluster;
let policies: KubeObject[];
let bundle: Awaited<ReturnType<typeof bundleForTest>>;
let operators: OperatorProcess[];
let namespace: string;
/** Somebody with every right on blueprints and on what they generate, in one namespace. */
let tenant: Client;

beforeAll(async () => {
  environment = await startInstallCluster();
  const { admin, controlPlane } = environment;
  await installDefault(admin);
  policies = await buildKustomization('policy');
  await applyAll(admin, policies);
  await admin.discovery.refresh();
  namespace = await createNamespace(admin);
  tenant = await openTenant();
  bundle = await bundleForTest();
  const kubeconfigPath = await writeAccountKubeconfig(controlPlane, admin.transport, account);
  const args = ['--leader-elect', '--leader-elect-resource-namespace', account.namespace];
  operators = await Promise.all([1, 2].map(() => startOperator(bundle.file, kubeconfigPath, args)));
});

afterAll(async () => {
  await Promise.all(operators.map((operator) => operator.stop()));
  await tenant.connection.close();
  await bundle.remove();
  await environment.stop();
});

async function openTenant(): Promise<Client> {
  const { admin, controlPlane } = environment;
  const metadata = { name: 'owner', namespace };
  const groups = ['fluxblueprint.io', 'source.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io'];
  const rules = groups.map((apiGroup) => ({ apiGroups: [apiGroup], resources: ['*'], verbs: ['*'] }));
  await applyAll(admin, [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'owner' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ]);
  const status = { group: 'fluxblueprint.io', resource: 'fluxblueprints/status', namespace };
  await untilGranted(admin, metadata, { verb: 'patch', ...status });
  return openClient(await writeAccountKubeconfig(controlPlane, admin.transport, metadata));
}

function toBlueprint(name: string, fields: object = {}): KubeObject {
  const git = { url: 'https://example.com/repository', ref: { branch: 'main' } };
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace },
    spec: { sources: [{ name, git }], layers: [{ name, kustomization: {} }], ...fields },
  };
}

const options = { fieldManager: 'kubectl' };

/** Applies a blueprint as the tenant, and waits until the operator has claimed it and told its state. */
async function bringUp(name: string, fields: object = {}): Promise<KubeObject> {
  await tenant.cluster.apply(toBlueprint(name, fields), options);
  const found = await waitFor(`${name} has a finalizer and a status`, async () => {
    const live = await tenant.cluster.get({ ...toBlueprint(name), namespace, name });
    const claimed = live?.metadata.finalizers?.includes(FINALIZER) === true;
    return claimed && live['status'] !== undefined ? live : undefined;
  });
  return found;
}

/** A status that names what is not the blueprint's. */
const forged = { status: { ageRecipient: 'age1forged' } };

function forgeStatus(client: Client, name: string): Promise<unknown> {
  return client.cluster.mergeStatus({ ...toBlueprint(name), namespace, name }, forged, options);
}

test('whoever has all rights on blueprints writes no status and takes no finalizer off; a cluster admin does', async () => {
  const { admin } = environment;
  await bringUp('guarded');
  await untilRefused('to write a status', () => forgeStatus(tenant, 'guarded'));
  expect(await refusal(forgeStatus(tenant, 'guarded'))).toMatchObject({
    reason: 'Forbidden',
    message: expect.stringContaining('only the operator writes the status of a FluxBlueprint'),
  });
  const ref = { ...toBlueprint('guarded'), namespace, name: 'guarded' };
  const bare = { metadata: { finalizers: [] } };
  // While the policy is not in force, the operator puts its finalizer back.
  await untilRefused('to take the finalizer off', () => tenant.cluster.merge(ref, bare, options));
  expect(await refusal(tenant.cluster.merge(ref, bare, options))).toMatchObject({
    reason: 'Forbidden',
    message: expect.stringContaining('only the operator takes its finalizer off'),
  });
  await tenant.cluster.merge(ref, { metadata: { finalizers: [FINALIZER, 'example.com/mine'] } }, options);
  await tenant.cluster.merge(ref, { metadata: { finalizers: [FINALIZER] } }, options);
  await forgeStatus(admin, 'guarded');
  expect((await admin.cluster.merge(ref, bare, options))?.metadata.finalizers).toBeUndefined();
});

test('the operator of two replicas reports, with its own rights and as an account, and deletes', async () => {
  const { admin } = environment;
  await bringUp('own');
  await bringUp('accounted', { serviceAccountName: 'owner' });
  for (const name of ['own', 'accounted']) {
    const object = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace, name };
    await waitFor(`${name} is generated`, () => admin.cluster.get(object));
    const ref = { ...toBlueprint(name), namespace, name };
    await tenant.cluster.delete(ref);
    await waitFor(`${name} is gone`, async () => (await admin.cluster.get(ref)) === undefined);
    expect(await admin.cluster.get(object)).toBeUndefined();
  }
  const bad = operators.flatMap(({ log }) => log.filter(({ level }) => level === 'error'));
  expect(bad).toEqual([]);
});

test('a protected blueprint is deleted neither by name nor with others, until its protection is taken off', async () => {
  const { admin } = environment;
  const collection = `/apis/${API_VERSION}/namespaces/${namespace}/${PLURAL}`;
  const remove = (path: string): Promise<unknown> => tenant.transport.request({ method: 'DELETE', path });
  const deleteAll = (): Promise<unknown> => remove(collection);
  await bringUp('protected', { deletionProtection: true });
  await bringUp('unprotected', { deletionProtection: false });
  const isRefused = {
    reason: 'Forbidden',
    message: expect.stringContaining('protected from deletion'),
  };
  const ref = { ...toBlueprint('protected'), namespace, name: 'protected' };
  const tryDeleting = (): Promise<unknown> =>
    tenant.transport.request({ method: 'DELETE', path: `${collection}/protected`, query: { dryRun: 'All' } });
  await untilRefused('to delete a protected blueprint', tryDeleting);
  for (const attempt of [() => remove(`${collection}/protected`), deleteAll])
    expect(await refusal(attempt())).toMatchObject(isRefused);
  expect((await admin.cluster.get(ref))?.metadata.deletionTimestamp).toBeUndefined();
  const unprotected = { ...ref, name: 'unprotected' };
  await remove(`${collection}/unprotected`).catch(() => undefined);
  await waitFor('the other is gone', async () => (await admin.cluster.get(unprotected)) === undefined);
  await tenant.cluster.merge(ref, { spec: { deletionProtection: false } }, options);
  await deleteAll();
  await waitFor('it is gone', async () => (await admin.cluster.get(ref)) === undefined);
});

function toSource(name: string, owner: string | undefined): KubeObject {
  const labels = { [Label.ManagedBy]: MANAGED_BY, [Label.Name]: 'platform', [Label.Namespace]: owner ?? '' };
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace, ...(owner === undefined ? {} : { labels }) },
    spec: { url: 'https://example.com/repository', interval: '5m' },
  };
}

test('nobody labels an object as of a blueprint of another namespace, and everybody may write to a labelled one', async () => {
  const { admin } = environment;
  const { cluster } = tenant;
  await untilRefused('to forge a label', () => cluster.apply(toSource('probe', 'elsewhere'), options));
  expect(await refusal(cluster.apply(toSource('created', 'elsewhere'), options))).toMatchObject({
    reason: 'Forbidden',
    message: expect.stringContaining('names another namespace'),
  });
  await cluster.apply(toSource('plain', undefined), options);
  await refusal(cluster.apply(toSource('plain', 'elsewhere'), options));
  // Labels of one's own namespace, and labels that a cluster admin set.
  await cluster.apply(toSource('home', namespace), options);
  const labelled = toSource('labelled', 'elsewhere');
  await admin.cluster.apply(labelled, { fieldManager: 'admin' });
  const ref = { ...labelled, namespace, name: 'labelled' };
  const change = { metadata: { annotations: { note: 'x' }, finalizers: ['example.com/x'] } };
  expect((await cluster.merge(ref, change, options))?.metadata.labels).toEqual(labelled.metadata.labels);
  const renamed = { metadata: { labels: { [Label.Name]: 'other' } } };
  expect(await refusal(cluster.merge(ref, renamed, options))).toMatchObject({ reason: 'Forbidden' });
  const freed = { metadata: { labels: { [Label.Namespace]: null }, finalizers: [] } };
  expect((await cluster.merge(ref, freed, options))?.metadata.labels).not.toHaveProperty([Label.Namespace]);
});

test('the policy of labels covers every group that a blueprint can generate of, but those that Flux may yet add', () => {
  const { spec } = findObject(policies, 'ValidatingAdmissionPolicy', 'fluxblueprint-labels');
  const { resourceRules } = (spec as { matchConstraints: { resourceRules: { apiGroups: string[] }[] } })
    .matchConstraints;
  const groups = resourceRules.flatMap(({ apiGroups }) => apiGroups).filter((group) => group !== '');
  expect(groups.filter((group) => !isAllowedGroup(group))).toEqual([]);
  const generated = [...GENERATED_KINDS, externalSecret].map(({ group }) => group);
  expect(generated.filter((group) => !groups.includes(group))).toEqual([]);
});

const TENANT_POLICIES = ['accounts', 'kinds', 'sources'].map((about) => `fluxblueprint-tenant-${about}`);

test('each policy is bound, denies, and names the account of the installation', async () => {
  const installed = await buildKustomization('default');
  const { metadata } = findObject(installed, 'ServiceAccount', account.name);
  const user = `system:serviceaccount:${metadata.namespace ?? ''}:${metadata.name}`;
  const names = policies
    .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
    .map((one) => one.metadata.name);
  expect(names.sort()).toEqual([
    'fluxblueprint-approvals',
    'fluxblueprint-deletion',
    'fluxblueprint-finalizer',
    'fluxblueprint-labels',
    'fluxblueprint-revisions',
    'fluxblueprint-status',
    ...TENANT_POLICIES,
  ]);
  // The others let the operator do no more than anybody else.
  const exempting = ['fluxblueprint-finalizer', 'fluxblueprint-revisions', 'fluxblueprint-status'];
  for (const name of names) {
    const binding = findObject(policies, 'ValidatingAdmissionPolicyBinding', name);
    expect(binding['spec']).toEqual({ policyName: name, validationActions: ['Deny'] });
    const { spec } = findObject(policies, 'ValidatingAdmissionPolicy', name);
    expect(spec).toMatchObject({ failurePolicy: 'Fail' });
    expect(JSON.stringify(spec).includes(`'${user}'`)).toBe(exempting.includes(name));
    // What tenants have in Git is often written by an account that may do everything.
    const passes = JSON.stringify(spec).includes(`.name('${name}').check('breakglass')`);
    expect(passes).toBe(!TENANT_POLICIES.includes(name));
  }
});
