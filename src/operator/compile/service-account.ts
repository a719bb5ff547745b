import { displayName, type ObjectRef } from '../../api/object.ts';
import { Reason } from '../../core/status/conditions.ts';
import { isReason } from '../../ports/cluster.ts';
import type { Ending } from '../context/ending.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import { endInState } from '../context/refuse.ts';

/** How long an account is taken to exist where only RBAC can tell, in milliseconds. */
const ASSUMED_MS = 60_000;

/** How soon a missing account is looked for again, in milliseconds, should no watch report it. */
const RETRY_MS = 30_000;

/**
 * The account that everything would be written as, where it is known not to exist; undefined otherwise. The API server
 * impersonates accounts that do not exist, and role bindings outlive them: without this check, an account that was
 * deleted would keep its rights.
 */
export async function findMissingAccount(context: DeletionContext): Promise<ObjectRef | undefined> {
  const { account: name, memory, deps } = context;
  const { namespace } = context.key;
  if (name === undefined) return undefined;
  const known = deps.cache.account(namespace, name);
  const now = deps.clock.monotonic();
  if (known === true || (known === undefined && now < memory.account.assumedUntil)) return undefined;
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name };
  // An account that the cache lacks may only not have arrived yet.
  const found = await exists(context, ref);
  if (found === false) return ref;
  memory.account.assumedUntil = now + ASSUMED_MS;
  return undefined;
}

/** Whether an object exists, by the operator's own rights; undefined where these do not suffice. */
export async function exists(
  { deps, signal }: DeletionContext,
  ref: ObjectRef,
): Promise<boolean | undefined> {
  try {
    return (await deps.cluster.getMetadata(ref, { signal })) !== undefined;
  } catch (error) {
    if (isReason(error, 'NoKindMatch')) return false;
    if (isReason(error, 'Forbidden')) return undefined;
    throw error;
  }
}

/** Refuses a blueprint whose account does not exist: nothing is written, and what runs keeps running. */
export function refuseMissingAccount(context: DeletionContext, account: ObjectRef): Ending {
  const message = `${describeMissing(context, account)}: make it, with the rights to write what the blueprint asks for`;
  const state = { type: 'stalled', reason: Reason.AccountMissing, message } as const;
  return endInState(context, state, { kind: 'waiting', reason: message, requeueAfterMs: RETRY_MS });
}

/** Names an account that does not exist, and where it was asked for. */
export function describeMissing({ blueprint }: DeletionContext, account: ObjectRef): string {
  const where =
    blueprint.spec.serviceAccountName === undefined ? '--default-service-account' : 'spec.serviceAccountName';
  return `${where}: ${displayName(account)} does not exist`;
}
