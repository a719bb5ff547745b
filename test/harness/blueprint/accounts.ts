import { bindRole } from '../api-server/service-accounts.ts';
import type { Tenant } from './tenant.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The account that tests write as. */
export const DEPLOYER = 'deployer';

const ALL = ['get', 'create', 'patch', 'delete'];

/** The rights that a blueprint of Git sources and Kustomizations needs. */
export const ENOUGH = {
  'gitrepositories.source.toolkit.fluxcd.io': ALL,
  'kustomizations.kustomize.toolkit.fluxcd.io': ALL,
};

/**
 * Gives the account of a tenant rights in a namespace, by default its own, and takes those that it had there: by
 * resource, as `kustomizations.kustomize.toolkit.fluxcd.io`, the verbs.
 */
export async function grant(
  tenant: Tenant,
  verbs: Record<string, string[]>,
  namespace = tenant.namespace,
): Promise<void> {
  const granted = Object.entries(verbs).filter(([, allowed]) => allowed.length > 0);
  const rules = granted.map(([resource, allowed]) => {
    const [plural = '', ...group] = resource.split('.');
    return { apiGroups: [group.join('.')], resources: [plural], verbs: allowed };
  });
  const role = { namespace, name: `${DEPLOYER}-of-${tenant.namespace}` };
  await makeAccount(tenant);
  await bindRole(tenant.client, role, rules, { namespace: tenant.namespace, name: DEPLOYER });
}

/** Makes the account of a tenant. */
export async function makeAccount({ client, namespace }: Tenant, name = DEPLOYER): Promise<void> {
  await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
}

/** Deletes the account of a tenant; its role binding stays. */
export async function removeAccount({ client, namespace }: Tenant): Promise<void> {
  await client.cluster.delete({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: DEPLOYER });
}

/** Gives the account of a tenant all rights. */
export async function grantAll(tenant: Tenant): Promise<void> {
  await makeAccount(tenant);
  await tenant.client.apply({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `deployer-of-${tenant.namespace}` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: DEPLOYER, namespace: tenant.namespace }],
  });
}
