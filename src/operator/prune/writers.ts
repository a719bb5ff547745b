import type { ObjectRef } from '../../api/object.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { type DeletionContext, userOf } from '../context/reconcile-context.ts';
import type { Step } from './step.ts';

/**
 * Takes a step that deletes or orphans an object, as whoever may: the account that wrote the object and, where that is
 * not allowed to or no longer exists, the blueprint's present one. The operator's own rights are used in the
 * blueprint's own namespace alone, and only where no account wrote the object and none is named now: otherwise a
 * blueprint could have the operator delete what it lost the right to.
 */
export async function actAsWriter(
  context: DeletionContext,
  tracked: Tracked,
  ref: ObjectRef,
  act: (context: DeletionContext) => Promise<Step>,
): Promise<Step> {
  const accounts = findAccounts(context, tracked);
  if (accounts.length === 0) {
    const own = tracked.account === undefined && ref.namespace === context.key.namespace;
    if (own) return act({ ...context, as: undefined });
    return { type: 'failed', error: new ClusterError('Forbidden', explain(tracked)) };
  }
  let step: Step | undefined;
  for (const account of accounts) {
    step = await act({ ...context, as: userOf(context.key.namespace, account) });
    if (step.type !== 'failed' || step.error.reason !== 'Forbidden') break;
  }
  return step ?? { type: 'gone' };
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
