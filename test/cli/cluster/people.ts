import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { bindRole, writeAccountKubeconfig } from '../../harness/api-server/service-accounts.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import type { ControlPlane } from '../../control-plane/index.ts';

/** Rules of RBAC. */
type Rules = readonly object[];

/** A rule for resources of one group, `resource` or `resource.group`. */
export function rule(resource: string, ...verbs: string[]): object {
  const [plural = '', ...group] = resource.split('.');
  return { apiGroups: [group.join('.')], resources: [plural], verbs };
}

/** The rules of a ClusterRole of `config/rbac/users.yaml`. */
export async function rulesOf(role: string): Promise<Rules> {
  const file = new URL('../../../config/rbac/users.yaml', import.meta.url);
  const roles = parseAllDocuments(await readFile(file, 'utf8')).map(
    (document) => document.toJS() as KubeObject & { rules: Rules },
  );
  const found = roles.find(({ metadata }) => metadata.name === role);
  if (found === undefined) throw new Error(`there is no ClusterRole ${role}`);
  return found.rules;
}

/**
 * Makes an account that has just these rights in the namespace of a tenant, and answers the path of its kubeconfig. The
 * rights are in force a moment later.
 */
export async function makePerson(
  controlPlane: ControlPlane,
  { client, namespace }: Tenant,
  rules: Rules,
): Promise<string> {
  const account = { namespace, name: `person-${crypto.randomUUID().slice(0, 8)}` };
  await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  await bindRole(client, account, rules, account);
  return writeAccountKubeconfig(controlPlane, client.transport, account);
}
