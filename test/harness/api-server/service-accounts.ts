import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { loadKubeConfig } from '../../../src/kube/http/connection.ts';
import type { HttpTransport } from '../../../src/kube/http/transport.ts';
import type { ControlPlane } from '../../control-plane/index.ts';
import type { TestClient } from './client.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Names a ServiceAccount, or something else in a namespace. */
export interface Named {
  namespace: string;
  name: string;
}

/**
 * Gives an account rights in the namespace of a Role, and takes those that this Role gave before. Role and RoleBinding
 * share their name.
 */
export async function bindRole(
  client: TestClient,
  { namespace, name }: Named,
  rules: readonly object[],
  account: Named,
): Promise<void> {
  const [apiVersion, metadata] = [`${RBAC}/v1`, { namespace, name }];
  await client.apply({ apiVersion, kind: 'Role', metadata, rules });
  await client.apply({
    apiVersion,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', namespace: account.namespace, name: account.name }],
  });
}

/** Gives an account rights in the whole cluster. ClusterRole and ClusterRoleBinding share their name. */
export async function bindClusterRole(
  { cluster }: Pick<TestClient, 'cluster'>,
  name: string,
  rules: readonly object[],
  account: Named,
): Promise<void> {
  const [apiVersion, metadata, by] = [`${RBAC}/v1`, { name }, { fieldManager: 'test' }];
  await cluster.apply({ apiVersion, kind: 'ClusterRole', metadata, rules }, by);
  const subjects = [{ kind: 'ServiceAccount', namespace: account.namespace, name: account.name }];
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name };
  await cluster.apply({ apiVersion, kind: 'ClusterRoleBinding', metadata, roleRef, subjects }, by);
}

/** Requests a token of an account from the API server. */
export async function requestToken(transport: HttpTransport, { namespace, name }: Named): Promise<string> {
  const { status } = await transport.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  });
  return (status as { token: string }).token;
}

/** Writes a kubeconfig with a token of an account, as a pod has one. The file goes with the control plane. */
export async function writeAccountKubeconfig(
  controlPlane: ControlPlane,
  transport: HttpTransport,
  account: Named,
): Promise<string> {
  const cluster = loadKubeConfig({ path: controlPlane.kubeconfigPath }).getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig names no cluster');
  const config = new KubeConfig();
  const token = await requestToken(transport, account);
  config.loadFromClusterAndUser(cluster, { name: account.name, token });
  const path = join(controlPlane.folder, `${account.namespace}-${account.name}.kubeconfig`);
  await writeFile(path, config.exportConfig(), { mode: 0o600 });
  return path;
}
