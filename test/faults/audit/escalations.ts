import { GROUP, PLURAL, REVISION_PLURAL } from '../../../src/api/names.ts';
import type { AuditedWrite } from '../../control-plane/index.ts';
import { OPERATOR_USER } from '../cluster/fault-cluster.ts';

/** The account of each blueprint that ever was, by namespace; undefined where it names none. */
export type Accounts = ReadonlyMap<string, ReadonlySet<string | undefined>>;

/**
 * The writes of the operator that were let through and that no blueprint gives a right to, as the API server logged
 * them. As itself it may write blueprints' status and finalizers, revisions, events, and into the namespaces of
 * blueprints without an account; as anybody else, only as the accounts that blueprints of that account's namespace
 * name.
 */
export function findEscalations(writes: readonly AuditedWrite[], accounts: Accounts): string[] {
  return writes
    .filter(({ user, responseStatus }) => {
      const { code = 0 } = responseStatus ?? {};
      return user.username === OPERATOR_USER && code >= 200 && code < 300;
    })
    .filter((write) => !mayWrite(write, accounts))
    .map(describeWrite);
}

function mayWrite(write: AuditedWrite, accounts: Accounts): boolean {
  const { subresource, namespace = '' } = write.objectRef ?? {};
  if (write.impersonatedUser !== undefined)
    return subresource === undefined && isAccount(write.impersonatedUser.username, accounts);
  if (isOwnBusiness(write)) return true;
  return subresource === undefined && accounts.get(namespace)?.has(undefined) === true;
}

function isAccount(username: string, accounts: Accounts): boolean {
  const [system, kind, namespace = '', account] = username.split(':');
  return system === 'system' && kind === 'serviceaccount' && accounts.get(namespace)?.has(account) === true;
}

/** Blueprints' status and finalizers, revisions, events, and the lease of a leader. */
function isOwnBusiness({ objectRef }: AuditedWrite): boolean {
  const { apiGroup = '', resource = '', subresource } = objectRef ?? {};
  // Approvals, which are the status of a revision, are people's.
  if (apiGroup === GROUP)
    return subresource === undefined
      ? resource === PLURAL || resource === REVISION_PLURAL
      : resource === PLURAL && subresource === 'status';
  return apiGroup === 'events.k8s.io' || apiGroup === 'coordination.k8s.io';
}

function describeWrite({ verb, requestURI, impersonatedUser }: AuditedWrite): string {
  const [path = ''] = requestURI.split('?');
  return `${verb} ${path} as ${impersonatedUser?.username ?? 'itself'}`;
}
