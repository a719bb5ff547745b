import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, KIND, PLURAL } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { toResourcePath } from '../../src/kube/http/resource-path.ts';
import { refusal } from '../harness/api-server/environment.ts';
import { waitFor } from '../harness/wait-for.ts';
import {
  applyAll,
  installDefault,
  startInstallCluster,
  untilRefused,
  type InstallCluster,
} from './cluster.ts';
import { buildKustomization, findObject } from './kustomize.ts';

/** The namespace of config/tenant, and one like it that is nobody's. */
const [SHOP, FREE] = ['shop', 'free'];
const ACCOUNT = `system:serviceaccount:${SHOP}:deployer`;
const RBAC = 'rbac.authorization.k8s.io';

let environment: InstallCluster;

beforeAll(async () => {
  environment = await startInstallCluster();
  const { admin } = environment;
  await installDefault(admin);
  await applyAll(admin, await buildKustomization('policy'));
  const tenant = await buildKustomization('tenant');
  await applyAll(
    admin,
    [...tenant].sort((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace')),
  );
  await applyAll(admin, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: FREE } }]);
  for (const [user, role] of Object.entries({
    alice: 'fluxblueprint-tenant',
    bob: 'fluxblueprint-approve',
    eve: 'fluxblueprint-view',
  }))
    for (const namespace of [SHOP, FREE]) await bind(namespace, user, role);
  await applyAll(admin, [imageRepositories()]);
  await waitFor('image repositories are served', async () => {
    await admin.discovery.refresh();
    return admin.discovery.find('image.toolkit.fluxcd.io', 'ImageRepository') !== undefined;
  });
  await untilInForce();
});

afterAll(() => environment.stop());

/** The kind of a controller that is none of those that tests run: whatever its spec says is taken. */
function imageRepositories(): KubeObject {
  const group = 'image.toolkit.fluxcd.io';
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const openAPIV3Schema = { type: 'object', properties: { spec: anything } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `imagerepositories.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'ImageRepository', listKind: 'ImageRepositoryList', plural: 'imagerepositories' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

async function bind(namespace: string, user: string, role: string): Promise<void> {
  await applyAll(environment.admin, [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace, name: user },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
    },
  ]);
}

async function untilInForce(): Promise<void> {
  await waitFor('alice may write blueprints', () =>
    write('alice', blueprint('probe', { serviceAccountName: 'deployer' })).then(Boolean),
  );
  await untilRefused('to name no account', () => write('alice', blueprint('probe')));
  await waitFor('the account may write sources', () => write(ACCOUNT, source('github.com')).then(Boolean));
  await untilRefused('to fetch from elsewhere', () => write(ACCOUNT, source('evil.example')));
  await untilRefused('to make a Receiver', () => write(undefined, receiver(SHOP)));
}

/** Tries to create an object; it is not stored. */
function write(as: string | undefined, object: KubeObject): Promise<object> {
  const type = environment.admin.discovery.find(object.apiVersion.split('/')[0] ?? '', object.kind);
  if (type === undefined) throw new Error(`${object.kind} is not served`);
  const { apiVersion, metadata } = object;
  const path = toResourcePath({ apiVersion, plural: type.plural, namespace: metadata.namespace });
  return environment.admin.transport.request({
    method: 'POST',
    path,
    query: { dryRun: 'All' },
    body: object,
    ...(as === undefined ? {} : { as }),
  });
}

function blueprint(name: string, spec: object = {}, namespace: string = SHOP): KubeObject {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec };
}

/** A source of a kind, with what its spec says of the place. */
function sourceOf(kind: string, place: object, namespace: string = SHOP): KubeObject {
  const [group, version] =
    kind === 'ImageRepository' ? ['image.toolkit.fluxcd.io', 'v1'] : ['source.toolkit.fluxcd.io', 'v1'];
  const metadata = { name: `try-${crypto.randomUUID()}`, namespace };
  return { apiVersion: `${group}/${version}`, kind, metadata, spec: { interval: '5m', ...place } };
}

function source(host: string, namespace: string = SHOP): KubeObject {
  return sourceOf('GitRepository', { url: `https://${host}/org/repo` }, namespace);
}

function receiver(namespace: string): KubeObject {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name: 'hook', namespace },
    spec: {
      type: 'generic',
      secretRef: { name: 'token' },
      resources: [{ kind: 'GitRepository', name: 'x' }],
    },
  };
}

const forbidden = (says: string): object => ({
  reason: 'Forbidden',
  message: expect.stringContaining(says),
});

test('a tenant writes blueprints that name the account of the namespace, and no others', async () => {
  await write('alice', blueprint('good', { serviceAccountName: 'deployer' }));
  expect(await refusal(write('alice', blueprint('bare')))).toMatchObject(
    forbidden('a blueprint in the namespace of a tenant names an account: set spec.serviceAccountName'),
  );
  const other = blueprint('other', { serviceAccountName: 'root' });
  expect(await refusal(write('alice', other))).toMatchObject(
    forbidden('spec.serviceAccountName: blueprints of this namespace may name deployer only'),
  );
});

test('a cluster admin, as which Flux may write from Git, is held to it too', async () => {
  expect(await refusal(write(undefined, blueprint('bare')))).toMatchObject(forbidden('names an account'));
  expect(await refusal(write(undefined, source('evil.example')))).toMatchObject(forbidden('evil.example'));
});

test('in a namespace that is no tenant of anybody all of it is free', async () => {
  await write('alice', blueprint('bare', {}, FREE));
  await write(undefined, source('evil.example', FREE));
  await write(undefined, receiver(FREE));
});

test('a tenant writes neither what blueprints generate, nor statuses, nor approvals', async () => {
  const { transport } = environment.admin;
  expect(await refusal(write('alice', source('github.com')))).toMatchObject({ reason: 'Forbidden' });
  const path = `/apis/${API_VERSION}/namespaces/${SHOP}`;
  await environment.admin.cluster.apply(blueprint('stored', { serviceAccountName: 'deployer' }), {
    fieldManager: 'test',
  });
  for (const [resource, body] of [
    [`${PLURAL}/stored/status`, { status: { ageRecipient: 'age1forged' } }],
    ['fluxblueprintrevisions/stored/status', { status: { approvals: [] } }],
  ] as const) {
    const request = { path: `${path}/${resource}`, contentType: 'application/merge-patch+json', body };
    expect(await refusal(transport.request({ method: 'PATCH', as: 'alice', ...request }))).toMatchObject({
      reason: 'Forbidden',
    });
  }
});

test('approvers and viewers write no blueprints, and read them', async () => {
  const good = blueprint('good', { serviceAccountName: 'deployer' });
  const { transport } = environment.admin;
  for (const as of ['bob', 'eve']) {
    expect(await refusal(write(as, good))).toMatchObject({ reason: 'Forbidden' });
    const path = `/apis/${API_VERSION}/namespaces/${SHOP}/${PLURAL}`;
    expect(await transport.request({ method: 'GET', path, as })).toHaveProperty('items');
  }
});

const PLACES: [string, string, object, boolean][] = [
  ['a host that is named', 'GitRepository', { url: 'https://github.com/org/repo' }, true],
  ['SSH to it', 'GitRepository', { url: 'ssh://git@github.com:22/org/repo' }, true],
  ['it in capitals', 'GitRepository', { url: 'https://GitHub.com/org/repo' }, true],
  ['a host below a domain', 'HelmRepository', { url: 'https://charts.example.com' }, true],
  ['the domain itself', 'HelmRepository', { url: 'https://example.com' }, false],
  ['a host whose name ends alike', 'HelmRepository', { url: 'https://badexample.com' }, false],
  ['a registry that is named', 'OCIRepository', { url: 'oci://ghcr.io/org/app' }, true],
  ['another registry', 'OCIRepository', { url: 'oci://registry.evil.example/app' }, false],
  ['a named host before an @', 'GitRepository', { url: 'https://github.com@evil.example/x' }, false],
  ['a named host as a label', 'GitRepository', { url: 'https://github.com.evil.example/x' }, false],
  ['a named host in the path', 'GitRepository', { url: 'https://evil.example/github.com' }, false],
  ['a named host with a dot behind', 'GitRepository', { url: 'https://github.com./org/repo' }, false],
];

test.each(PLACES)('a source that fetches from %s is judged by its host', async (_, kind, place, may) => {
  const attempt = write(ACCOUNT, sourceOf(kind, place));
  if (may) expect(await attempt).toHaveProperty('kind', kind);
  else
    expect(await refusal(attempt)).toMatchObject(forbidden('sources of this namespace may not fetch from'));
});

test('buckets and image repositories are judged by their hosts too', async () => {
  const { admin } = environment;
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: SHOP };
  const change = (kinds: string | null): Promise<unknown> =>
    admin.cluster.merge(
      ref,
      { metadata: { annotations: { 'fluxblueprint.io/allowed-kinds': kinds } } },
      { fieldManager: 'admin' },
    );
  const kinds = findObject(await buildKustomization('tenant'), 'Namespace', SHOP).metadata.annotations;
  await change(null);
  try {
    const bucket = (endpoint: string): KubeObject => sourceOf('Bucket', { bucketName: 'assets', endpoint });
    const image = (name: string): KubeObject => sourceOf('ImageRepository', { image: name });
    await waitFor('a bucket is let through', () =>
      write(undefined, bucket('minio.example.com:9000')).then(
        () => true,
        () => false,
      ),
    );
    await write(undefined, image('ghcr.io/org/app'));
    for (const object of [bucket('evil.example'), image('docker.io/evil'), image('evil')])
      expect(await refusal(write(undefined, object))).toMatchObject(forbidden('may not fetch from'));
  } finally {
    await change(kinds?.['fluxblueprint.io/allowed-kinds'] ?? '');
    await untilRefused('to make a Receiver again', () => write(undefined, receiver(SHOP)));
  }
});

test('only kinds that the namespace names are made there, and the chart that Flux makes of a release', async () => {
  expect(await refusal(write(undefined, receiver(SHOP)))).toMatchObject(
    forbidden('this namespace may not hold a Receiver'),
  );
  const chart = {
    ...sourceOf('HelmChart', { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' } }),
  };
  await write(undefined, chart);
});

test('a blueprint and a source from before the bounds keep their finalizers, and can be let go', async () => {
  const { admin } = environment;
  const { cluster } = admin;
  const options = { fieldManager: 'admin' };
  const label = (tenant: string | null): Promise<unknown> =>
    cluster.merge(
      { apiVersion: 'v1', kind: 'Namespace', name: FREE },
      {
        metadata: {
          labels: { 'fluxblueprint.io/tenant': tenant },
          annotations: { 'fluxblueprint.io/allowed-hosts': tenant === null ? null : 'github.com' },
        },
      },
      options,
    );
  const old = [blueprint('old', {}, FREE), source('evil.example', FREE)].map((object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['example.com/hold'] },
  }));
  await applyAll(admin, old);
  await label('free');
  try {
    await untilRefused('to name no account there', () => write('alice', blueprint('new', {}, FREE)));
    for (const { apiVersion, kind, metadata } of old) {
      const ref = { apiVersion, kind, namespace: FREE, name: metadata.name };
      await cluster.merge(ref, { metadata: { finalizers: ['example.com/hold', 'example.com/x'] } }, options);
      await cluster.delete(ref);
      await cluster.merge(ref, { metadata: { finalizers: [] } }, options);
      await waitFor(`${kind} is gone`, async () => (await cluster.get(ref)) === undefined);
    }
  } finally {
    await label(null);
    await waitFor('it is free again', () => write('alice', blueprint('new', {}, FREE)).then(Boolean));
    await waitFor('and its sources', () => write(undefined, source('evil.example', FREE)).then(Boolean));
  }
});

test('a quota of the namespace bounds its blueprints', async () => {
  const { admin } = environment;
  const ref = { apiVersion: 'v1', kind: 'ResourceQuota', namespace: SHOP, name: 'fluxblueprint' };
  const hard = { 'count/fluxblueprints.fluxblueprint.io': '5' };
  // What the controller-manager writes; here none runs.
  const use = (used: string): Promise<unknown> =>
    admin.transport.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/${SHOP}/resourcequotas/${ref.name}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { hard, used: { 'count/fluxblueprints.fluxblueprint.io': used } } },
    });
  const good = blueprint('counted', { serviceAccountName: 'deployer' });
  const untilLetThrough = (which: string): Promise<unknown> =>
    waitFor(`${which} is let through`, () => write('alice', good).then(Boolean));
  await use('4');
  try {
    await untilLetThrough('a fifth blueprint');
    await use('5');
    await untilRefused('to make a sixth', () => write('alice', good));
    expect(await refusal(write('alice', good))).toMatchObject(forbidden('exceeded quota: fluxblueprint'));
  } finally {
    await use('0');
    await untilLetThrough('another one');
  }
});
