import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, FINALIZER, FINALIZER_MANAGER, KIND, STATUS_MANAGER } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { isKeptForAdmins } from '../../src/core/compile/model/own-rights.ts';
import { externalSecret } from '../../src/core/kinds/external-secret.ts';
import { GENERATED_KINDS } from '../../src/core/kinds/index.ts';
import { createNamespace, openClient, refusal, type Client } from '../harness/api-server/environment.ts';
import { writeAccountKubeconfig } from '../harness/api-server/service-accounts.ts';
import { describeAccess, listAllAccess, mayAccess, untilGranted, type Access } from './access.ts';
import { installDefault, startInstallCluster, type InstallCluster } from './cluster.ts';

const account = { namespace: 'fluxblueprint-system', name: 'fluxblueprint-controller' };
const blueprints = { group: 'fluxblueprint.io', resource: 'fluxblueprints' };
const repositories = { group: 'source.toolkit.fluxcd.io', resource: 'gitrepositories' };
const fieldManager = 'fluxblueprint';
/** The groups whose kinds are served here and can be components. */
const ALLOWED_GROUPS = [
  'source.toolkit.fluxcd.io',
  'source.extensions.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
  'external-secrets.io',
];
let environment: InstallCluster;
let operator: Client;
let namespace: string;

beforeAll(async () => {
  environment = await startInstallCluster();
  await installDefault(environment.admin);
  await environment.admin.discovery.refresh();
  const leases = { group: 'coordination.k8s.io', resource: 'leases', namespace: account.namespace };
  await untilGranted(environment.admin, account, { verb: 'create', ...leases });
  await untilGranted(environment.admin, account, { verb: 'patch', ...blueprints });
  operator = await openClient(
    await writeAccountKubeconfig(environment.controlPlane, environment.admin.transport, account),
  );
  namespace = await createNamespace(environment.admin);
});

afterAll(async () => {
  await operator.connection.close();
  await environment.stop();
});

/** Verbs on a resource, as a list. */
function allow(verbs: string[], group: string, resource: string): Access[] {
  return verbs.map((verb) => ({ verb, group, resource }));
}

/** What every authenticated user may: ask who it is and what it may. */
const everyone = [
  ...allow(['create'], 'authentication.k8s.io', 'selfsubjectreviews'),
  ...allow(['create'], 'authorization.k8s.io', 'selfsubjectaccessreviews'),
  ...allow(['create'], 'authorization.k8s.io', 'selfsubjectrulesreviews'),
];

/** What the operator needs for blueprints of admins, of the kinds that are served here. */
function listForAdmins(): Access[] {
  const kinds = ALLOWED_GROUPS.flatMap((group) => environment.admin.discovery.inGroup(group));
  return [
    ...allow(['get', 'create', 'patch'], '', 'namespaces'),
    ...kinds
      .filter(isKeptForAdmins)
      .flatMap(({ group, plural }) =>
        allow(['get', 'list', 'watch', 'create', 'patch', 'delete'], group, plural),
      ),
  ];
}

/** Every right that the operator needs. */
function listNeeded(): Access[] {
  return [
    ...allow(['get', 'list', 'watch', 'patch'], 'fluxblueprint.io', 'fluxblueprints'),
    ...allow(['patch'], 'fluxblueprint.io', 'fluxblueprints/status'),
    ...allow(
      ['get', 'list', 'watch', 'create', 'patch', 'delete'],
      'fluxblueprint.io',
      'fluxblueprintrevisions',
    ),
    ...allow(['get', 'list', 'watch'], 'apiextensions.k8s.io', 'customresourcedefinitions'),
    ...listForAdmins(),
    ...allow(['list', 'watch', 'create', 'patch'], 'events.k8s.io', 'events'),
    ...allow(['get', 'list', 'watch', 'impersonate'], '', 'serviceaccounts'),
    ...[...GENERATED_KINDS, externalSecret].flatMap(({ group, kind }) => {
      const plural = environment.admin.discovery.find(group, kind)?.plural ?? `the plural of ${kind}`;
      return allow(['get', 'list', 'watch', 'create', 'patch', 'delete'], group, plural);
    }),
  ];
}

test('of all verbs on all that is served, the operator has exactly those that it needs', async () => {
  const { admin } = environment;
  const all = await listAllAccess(admin);
  const answers = await Promise.all(all.map((access) => mayAccess(admin, account, access)));
  const allowed = all.filter((_, i) => answers[i]).map(describeAccess);
  expect(all.length).toBeGreaterThan(1000);
  expect(allowed.sort()).toEqual([...everyone, ...listNeeded()].map(describeAccess).sort());
});

test('in its own namespace it has besides that only the Lease of its name', async () => {
  const { admin } = environment;
  const granted = async (name: string): Promise<string[]> => {
    const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
    const all = allow(verbs, 'coordination.k8s.io', 'leases').map((access) => ({
      ...access,
      namespace: account.namespace,
      name,
    }));
    const answers = await Promise.all(all.map((access) => mayAccess(admin, account, access)));
    return all.filter((_, i) => answers[i]).map(({ verb }) => verb);
  };
  expect(await granted('fluxblueprint-leader-election')).toEqual([
    'get',
    'list',
    'watch',
    'create',
    'update',
  ]);
  expect(await granted('another')).toEqual(['create']);
  const inNamespace = (await listAllAccess(admin)).map((access) => ({
    ...access,
    namespace: account.namespace,
  }));
  const answers = await Promise.all(inNamespace.map((access) => mayAccess(admin, account, access)));
  const allowed = inNamespace.filter((_, i) => answers[i]).map(describeAccess);
  const leases = allow(['create'], 'coordination.k8s.io', 'leases');
  expect(allowed.sort()).toEqual([...everyone, ...listNeeded(), ...leases].map(describeAccess).sort());
});

/** The most dangerous rights, listed by name in case the list of all rights is incomplete. */
const denied: Access[] = [
  ...allow(['get', 'list', 'watch', 'create', 'delete'], '', 'secrets'),
  ...allow(['get', 'list', 'create', 'patch'], '', 'configmaps'),
  ...allow(['create'], '', 'serviceaccounts/token'),
  ...allow(['impersonate'], '', 'users'),
  ...allow(['impersonate'], '', 'groups'),
  ...allow(['create', 'bind', 'escalate'], 'rbac.authorization.k8s.io', 'clusterroles'),
  ...allow(['create'], 'rbac.authorization.k8s.io', 'clusterrolebindings'),
  ...allow(['list', 'update', 'delete'], '', 'namespaces'),
  ...allow(['create'], '', 'pods'),
  ...allow(['create', 'patch'], 'apps', 'deployments'),
  ...allow(['create', 'patch', 'delete'], 'apiextensions.k8s.io', 'customresourcedefinitions'),
  ...allow(['create', 'update', 'delete'], 'fluxblueprint.io', 'fluxblueprints'),
  ...allow(['update'], 'fluxblueprint.io', 'fluxblueprints/status'),
  ...allow(['update', 'deletecollection'], 'fluxblueprint.io', 'fluxblueprintrevisions'),
  ...allow(['create', 'update', 'patch'], 'fluxblueprint.io', 'fluxblueprintrevisions/status'),
  ...allow(['patch'], 'kustomize.toolkit.fluxcd.io', 'kustomizations/status'),
];

for (const where of ['kube-system', account.namespace]) {
  test(`the operator can do none of the worst in ${where}`, async () => {
    const answers = await Promise.all(
      denied.map((access) => mayAccess(environment.admin, account, { ...access, namespace: where })),
    );
    expect(denied.filter((_, i) => answers[i]).map(describeAccess)).toEqual([]);
  });
}

function gitRepository(name: string, where = namespace): KubeObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace: where },
    spec: { url: 'https://example.com/repository', interval: '5m' },
  };
}

/** A blueprint with only what `fields` say. */
function blueprint(name: string, fields: object): KubeObject {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, ...fields };
}

test('the operator adds its finalizer to a blueprint, writes the status, removes the finalizer, and cannot recreate the blueprint', async () => {
  const { admin } = environment;
  const spec = { sources: [{ name: 'fleet', git: { url: 'https://example.com/repository' } }] };
  const { metadata } = await admin.cluster.apply(blueprint('finalized', { spec }), { fieldManager: 'test' });
  const { uid = '' } = metadata;
  const finalize = (finalizers: string[]) =>
    operator.cluster.apply(
      blueprint('finalized', { metadata: { name: 'finalized', namespace, uid, finalizers } }),
      {
        fieldManager: FINALIZER_MANAGER,
      },
    );
  expect((await finalize([FINALIZER])).metadata.finalizers).toEqual([FINALIZER]);
  const status = { observedGeneration: 1 };
  const reported = operator.cluster.applyStatus(blueprint('finalized', { status }), {
    fieldManager: STATUS_MANAGER,
  });
  expect(await reported).toMatchObject({ status });
  expect((await finalize([])).metadata.finalizers).toBeUndefined();
  await admin.cluster.delete({ apiVersion: API_VERSION, kind: KIND, namespace, name: 'finalized' });
  expect(await refusal(finalize([FINALIZER]))).toMatchObject({ reason: 'Conflict' });
});

test('the operator writes, changes and deletes what a blueprint generates', async () => {
  const { cluster } = operator;
  const object = gitRepository('written');
  await cluster.apply(object, { fieldManager });
  const changed = await cluster.apply(
    { ...object, spec: { url: 'https://example.com/other', interval: '5m' } },
    { fieldManager },
  );
  expect(changed.metadata).toMatchObject({ generation: 2 });
  expect(await cluster.delete({ ...object, ...object.metadata })).toBe(true);
});

test('the operator records an event, and that it happened again', async () => {
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
  const eventTime = new Date().toISOString().replace('Z', '000Z');
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'reported', namespace },
    eventTime,
    reportingController: 'fluxblueprint',
    reportingInstance: 'test',
    regarding: { apiVersion: API_VERSION, kind: KIND, name: 'platform', namespace },
    type: 'Normal',
    reason: 'Applied',
    action: 'Apply',
    note: 'applied',
  };
  await operator.transport.request({ method: 'POST', path, body: event });
  const again = await operator.transport.request({
    method: 'PATCH',
    path: `${path}/reported`,
    contentType: 'application/merge-patch+json',
    body: { series: { count: 2, lastObservedTime: eventTime } },
  });
  expect(again).toMatchObject({ series: { count: 2 } });
});

test('as the account of a blueprint the operator has the rights of that account and no others', async () => {
  const { admin } = environment;
  const elsewhere = await createNamespace(admin);
  const metadata = { name: 'deployer', namespace };
  await admin.cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, { fieldManager: 'test' });
  const options = { fieldManager, as: `system:serviceaccount:${namespace}:deployer` };
  expect(await refusal(operator.cluster.apply(gitRepository('tenant'), options))).toMatchObject({
    reason: 'Forbidden',
  });
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'fluxblueprint-generate' },
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
  };
  await admin.cluster.apply(binding, { fieldManager: 'test' });
  await untilGranted(admin, metadata, { verb: 'patch', ...repositories, namespace });
  expect(await operator.cluster.apply(gitRepository('tenant'), options)).toMatchObject({
    kind: 'GitRepository',
  });
  const outside = operator.cluster.apply(gitRepository('tenant', elsewhere), options);
  expect(await refusal(outside)).toMatchObject({ reason: 'Forbidden' });
});

test('the operator can be no user that is not a ServiceAccount', async () => {
  for (const as of ['admin', 'system:admin', 'system:kube-controller-manager', 'system:node:one']) {
    const refused = await refusal(operator.cluster.apply(gitRepository('stolen'), { fieldManager, as }));
    expect(refused.message).toContain(`cannot impersonate resource "users"`);
  }
});
