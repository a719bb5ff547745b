import type { Tenant } from './tenant.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The account that tests write as. */
export const DEPLOYER = 'deployer';

/**
 * Gives an account of a tenant rights in its namespace, and takes those that it had there: by resource, as
 * `kustomizations.kustomize.toolkit.fluxcd.io`, the verbs.
 */
export async function grant(tenant: Tenant, verbs: Record<string, string[]>): Promise<void> {
  const { namespace } = tenant;
  const granted = Object.entries(verbs).filter(([, allowed]) => allowed.length > 0);
  const rules = granted.map(([resource, allowed]) => {
    const [plural = '', ...group] = resource.split('.');
    return { apiGroups: [group.join('.')], resources: [plural], verbs: allowed };
  });
  const metadata = { name: DEPLOYER, namespace };
  await tenant.client.apply({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules });
  await tenant.client.apply({
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: DEPLOYER },
    subjects: [{ kind: 'ServiceAccount', name: DEPLOYER, namespace }],
  });
}

/** Gives the account of a tenant every right there is. */
export async function grantAll(tenant: Tenant): Promise<void> {
  await tenant.client.apply({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `deployer-of-${tenant.namespace}` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: DEPLOYER, namespace: tenant.namespace }],
  });
}
