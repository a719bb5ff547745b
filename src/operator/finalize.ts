import type { ObjectRef } from '../api/object.ts';
import { Reason } from '../core/status/conditions.ts';
import { withoutIds } from '../core/objects/inventory.ts';
import type { Outcome } from '../ports/outcome.ts';
import { awaitAccount, findLeft, findMissingAccount } from './service-account.ts';
import { hasFinalizer, releaseBlueprint } from './apply/finalizer.ts';
import type { Pass } from './context/reconcile-context.ts';
import { writeStatus } from './status/write-status.ts';
import { type Teardown, letGo, tearDown } from './prune/prune.ts';

/**
 * Deletes everything that the blueprint generated, last wave first, from the inventory alone: a blueprint that no
 * longer compiles can be deleted too. Our finalizer stays until the last object is gone.
 */
export async function finalizeBlueprint(pass: Pass): Promise<Outcome> {
  if (!hasFinalizer(pass)) return { kind: 'done' };
  const missing = pass.tracked.length === 0 ? undefined : await findMissingAccount(pass);
  if (missing !== undefined) return finalizeWithout(pass, missing);
  const orphan = pass.blueprint.spec.deletionPolicy === 'Orphan';
  const teardown = orphan ? await letGo(pass, pass.tracked) : await tearDown(pass, pass.tracked);
  const left = withoutIds(pass.tracked, teardown.gone);
  if (left.length === 0) {
    await releaseBlueprint(pass);
    pass.logger.info(
      orphan ? 'what the blueprint generated is let go' : 'everything that the blueprint generated is gone',
    );
    return { kind: 'done' };
  }
  const [failure] = teardown.failures;
  await writeStatus(pass, { verdict: judge(teardown, left.length), tracked: left, final: true });
  if (failure !== undefined) return { kind: 'failed', error: failure.error };
  const { lookAgainMs } = teardown;
  return { kind: 'waiting', reason: teardown.waiting.join('; '), requeueAfterMs: lookAgainMs };
}

/** Without the account nothing is deleted; what went with its namespace, or by hand, is gone all the same. */
async function finalizeWithout(pass: Pass, account: ObjectRef): Promise<Outcome> {
  const left = await findLeft(pass);
  if (left.length > 0) return awaitAccount(pass, account, left);
  await releaseBlueprint(pass);
  pass.logger.info('everything that the blueprint generated is gone');
  return { kind: 'done' };
}

function judge({ failures, waiting }: Teardown, left: number): Parameters<typeof writeStatus>[1]['verdict'] {
  const blockers = failures.map(({ object, error }) => `${object} cannot be deleted: ${error.message}`);
  if (blockers.length > 0) {
    const message = `deletion is blocked, ${left} objects are left: ${blockers.join('; ')}`;
    return { type: 'failing', reason: Reason.DeletionBlocked, message, retrying: true };
  }
  const message = `deleting in reverse order, ${left} objects are left: ${waiting.join('; ')}`;
  return { type: 'progressing', reason: Reason.Terminating, message };
}
