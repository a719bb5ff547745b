import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { GROUP } from '../../../src/api/names.ts';
import { loadKubeConfig } from '../../../src/kube/http/connection.ts';
import type { ControlPlane } from '../../control-plane/index.ts';
import type { TestClient } from '../../harness/api-server/client.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** What an operator needs in each namespace that it watches, as docs/operations.md says it. */
const RULES = [
  { apiGroups: [GROUP], resources: ['fluxblueprints'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: [GROUP], resources: ['fluxblueprints/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['list', 'watch', 'impersonate'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['list', 'watch', 'create', 'patch'] },
  ...['source', 'kustomize', 'helm', 'notification'].map((group) => ({
    apiGroups: [`${group}.toolkit.fluxcd.io`],
    resources: ['*'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  })),
];

/** Makes an account with a Role in each of some namespaces and no other right, and writes a kubeconfig for it. */
export async function writeScopedKubeconfig(
  controlPlane: ControlPlane,
  client: TestClient,
  namespaces: readonly string[],
): Promise<string> {
  const [home = ''] = namespaces;
  const name = 'scoped-operator';
  await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: home } });
  for (const namespace of namespaces) {
    const metadata = { name, namespace };
    await client.apply({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: RULES });
    await client.apply({
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
    });
  }
  const { status } = await client.transport.request({
    method: 'POST',
    path: `/api/v1/namespaces/${home}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  });
  const cluster = loadKubeConfig({ path: controlPlane.kubeconfigPath }).getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig names no cluster');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name, token: (status as { token: string }).token });
  const path = join(controlPlane.folder, `${home}.kubeconfig`);
  await writeFile(path, config.exportConfig(), { mode: 0o600 });
  return path;
}
