import { displayName, type ObjectRef } from '../api/object.ts';
import { Reason } from '../core/status/conditions.ts';
import { type Tracked, refOfTracked } from '../core/objects/inventory.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Outcome } from '../ports/outcome.ts';
import { DEFAULT_CONCURRENCY } from './apply/apply.ts';
import type { Pass } from './context/reconcile-context.ts';
import { mapConcurrently } from './context/map-concurrently.ts';
import { stall } from './status/refuse.ts';
import { writeStatus } from './status/write-status.ts';
import { LOOK_AGAIN_MS, refServed } from './prune/prune.ts';

/** How long an account counts as there that only RBAC can tell of, in milliseconds. */
const UNSEEN_MS = 60_000;

/**
 * The account that everything would be written as, where it is known not to exist; undefined otherwise. The API server
 * impersonates accounts that do not exist, and role bindings outlive them: without this look, what was allowed to an
 * account that is gone would go on.
 */
export async function findMissingAccount(pass: Pass): Promise<ObjectRef | undefined> {
  const { account: name, memory, deps } = pass;
  const { namespace } = pass.key;
  if (name === undefined) return undefined;
  const known = deps.cache.account(namespace, name);
  const now = deps.clock.monotonic();
  if (known === true || (known === undefined && now < memory.accountUnseenUntil)) return undefined;
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name };
  // What the local copy lacks may only not have arrived yet.
  const found = await look(pass, ref);
  if (found === false) return ref;
  memory.accountUnseenUntil = now + UNSEEN_MS;
  return undefined;
}

/** Whether an object is there; undefined where the operator itself may not know. */
async function look(pass: Pass, ref: ObjectRef): Promise<boolean | undefined> {
  try {
    return (await pass.deps.cluster.getMetadata(ref, { signal: pass.signal })) !== undefined;
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'NoKindMatch') return false;
    if (error instanceof ClusterError && error.reason === 'Forbidden') return undefined;
    throw error;
  }
}

/** Which of what is tracked may still be there, as far as the operator itself can see. */
export async function findLeft(pass: Pass): Promise<Tracked[]> {
  const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const found = await mapConcurrently(pass.tracked, concurrency, (tracked) =>
    look(pass, refServed(pass, tracked)),
  );
  return pass.tracked.filter((_, i) => found[i] !== false);
}

/** Refuses a blueprint whose account does not exist: nothing is written, and what runs keeps running. */
export async function refuseMissingAccount(pass: Pass, account: ObjectRef): Promise<Outcome> {
  const message = `${describe(pass, account)}: make it, with the rights to write what the blueprint asks for`;
  await stall(pass, Reason.AccountMissing, message);
  return { kind: 'waiting', reason: message, requeueAfterMs: LOOK_AGAIN_MS };
}

/** A deletion without the account to make it: waits for that, and for what is left to go by itself or by hand. */
export async function awaitAccount(
  pass: Pass,
  account: ObjectRef,
  left: readonly Tracked[],
): Promise<Outcome> {
  const names = left.map((tracked) => displayName(refOfTracked(tracked)));
  const named = `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
  const message = `deletion is blocked, ${left.length} objects are left: ${describe(pass, account)}: make it again, or delete what is left by hand: ${named}`;
  await writeStatus(pass, {
    verdict: { type: 'failing', reason: Reason.DeletionBlocked, message, retrying: true },
    tracked: left,
    final: true,
  });
  return { kind: 'waiting', reason: message, requeueAfterMs: LOOK_AGAIN_MS };
}

function describe({ blueprint }: Pass, account: ObjectRef): string {
  const where =
    blueprint.spec.serviceAccountName === undefined ? '--default-service-account' : 'spec.serviceAccountName';
  return `${where}: ${displayName(account)} does not exist`;
}
