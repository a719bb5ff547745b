import type { ObjectRef } from '../../api/object.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { type DeletionContext, mayUseOwnRights, userOf } from '../context/reconcile-context.ts';
import type { Step } from './step.ts';

/**
 * Takes a step that deletes or orphans an object, as whoever may: the account that wrote the object and, where that is
 * not allowed to or no longer exists, the blueprint's present one. For an admin's blueprint without an account, that is
 * the operator. Otherwise the operator's own rights are used in the blueprint's own namespace alone, and only where no
 * account wrote the object and none is named now: a blueprint could else have the operator delete what it lost the
 * right to.
 */
export async function actAsWriter(
  context: DeletionContext,
  tracked: Tracked,
  ref: ObjectRef,
  act: (context: DeletionContext) => Promise<Step>,
): Promise<Step> {
  let step: Step | undefined;
  for (const as of findUsers(context, tracked, ref)) {
    step = await act({ ...context, as });
    if (step.type !== 'failed' || step.error.reason !== 'Forbidden') break;
  }
  return step ?? { type: 'failed', error: new ClusterError('Forbidden', explain(tracked)) };
}

/** The users to act as, in order; undefined stands for the operator itself. */
function findUsers(context: DeletionContext, tracked: Tracked, ref: ObjectRef): (string | undefined)[] {
  const { key, admin } = context;
  const users = findAccounts(context, tracked).map((account) => userOf(key.namespace, account));
  if (users.length > 0) return admin ? [...users, undefined] : users;
  const own = admin || (tracked.account === undefined && mayUseOwnRights({ ...context, as: undefined }, ref));
  return own ? [undefined] : [];
}

/** The accounts to act as, in order. One that is known not to exist is left out: role bindings outlive accounts. */
function findAccounts({ account, key, deps }: DeletionContext, tracked: Tracked): string[] {
  const named = [tracked.account, account].filter((name) => name !== undefined);
  return [...new Set(named)].filter((name) => deps.cache.account(key.namespace, name) !== false);
}

function explain({ account }: Tracked): string {
  return account === undefined
    ? 'it is outside of the namespace of the blueprint, where deleting takes `serviceAccountName`'
    : `it was written as ServiceAccount ${account}, which does not exist: make it again, or name another`;
}
