import { displayName, type ObjectRef } from '../api/object.ts';
import { hasFinalizer } from '../core/objects/finalizer.ts';
import { type Tracked, refOfTracked, withoutIds } from '../core/objects/inventory.ts';
import { blockedDeletion, decideDeletionState } from '../core/status/reconcile-state.ts';
import type { Outcome } from '../ports/outcome.ts';
import { removeFinalizer } from './apply/finalizer.ts';
import { deleteRevisions } from './rollout/tidy-revisions.ts';
import { describeMissing, exists, findMissingAccount } from './compile/service-account.ts';
import type { Ending } from './context/ending.ts';
import { mapConcurrently } from './context/map-concurrently.ts';
import type { DeletionContext } from './context/reconcile-context.ts';
import { orphanObjects } from './prune/orphan.ts';
import { type Pruned, pruneObjects, servedRef, servedVersion } from './prune/prune.ts';

/** How soon a deletion without an account is looked at again, in milliseconds, should no watch report one. */
const ACCOUNT_RETRY_MS = 30_000;

const DONE: Outcome = { kind: 'done' };

/**
 * Deletes everything that the blueprint generated, the last wave first, from the inventory alone: a blueprint that no
 * longer compiles can be deleted too. The finalizer stays until the last object is gone.
 */
export async function finalizeBlueprint(context: DeletionContext): Promise<Ending> {
  const { progress, memory, blueprint } = context;
  const isLetGo = memory.letGo !== undefined && memory.letGo === blueprint.metadata.uid;
  if (isLetGo || !hasFinalizer(blueprint.metadata)) return { outcome: DONE };
  const missing = progress.tracked.length === 0 ? undefined : await findMissingAccount(context);
  if (missing !== undefined) return finalizeWithoutAccount(context, missing);
  const { pruned, left } = await removeObjects(context);
  if (left.length > 0) return endUnfinished(pruned, left);
  await letGo(context);
  logEnd(context);
  return { outcome: DONE };
}

/** Lets go of a blueprint of which nothing is left. A status that is still being written would find it gone. */
async function letGo(context: DeletionContext): Promise<void> {
  await deleteRevisions(context);
  await context.memory.status.pending?.stored;
  await removeFinalizer(context);
  context.memory.letGo = context.blueprint.metadata.uid;
}

/**
 * Removes what a blueprint generated that is gone, although our finalizer was on it. There is no status to write; the
 * outcome is `done` once nothing is left.
 */
export async function finalizeLost(context: DeletionContext): Promise<Outcome> {
  context.logger.warn('the blueprint went in spite of its finalizer: removing what it had generated');
  const { pruned, left } = await removeObjects(context);
  if (left.length > 0) return endUnfinished(pruned, left).outcome;
  logEnd(context);
  return DONE;
}

/** Deletes or lets go what is tracked, as far as that goes now. */
async function removeObjects(
  context: DeletionContext,
): Promise<{ pruned: Pruned; left: readonly Tracked[] }> {
  const { tracked } = context.progress;
  const pruned = await (orphans(context) ? orphanObjects : pruneObjects)(context, tracked);
  return { pruned, left: withoutIds(tracked, pruned.gone) };
}

function orphans({ blueprint }: DeletionContext): boolean {
  return blueprint.spec.deletionPolicy === 'Orphan';
}

function logEnd(context: DeletionContext): void {
  context.logger.info(
    orphans(context)
      ? 'what the blueprint generated is let go'
      : 'everything that the blueprint generated is gone',
  );
}

function endUnfinished(pruned: Pruned, left: readonly Tracked[]): Ending {
  const { failures, requeueAfterMs } = pruned;
  const [failure] = failures;
  const state = decideDeletionState(pruned, left.length);
  const outcome: Outcome =
    failure === undefined
      ? { kind: 'waiting', reason: state.message, requeueAfterMs }
      : { kind: 'failed', error: failure.error };
  return { outcome, report: { state, tracked: left, final: true } };
}

/** Deletes nothing, because that takes the account; objects that went with their namespace or by hand are gone. */
async function finalizeWithoutAccount(context: DeletionContext, account: ObjectRef): Promise<Ending> {
  const left = await findLeft(context);
  if (left.length > 0) return awaitAccount(context, account, left);
  await letGo(context);
  context.logger.info('everything that the blueprint generated is gone');
  return { outcome: DONE };
}

/** The tracked objects that may still exist. */
async function findLeft(context: DeletionContext): Promise<Tracked[]> {
  const { tracked } = context.progress;
  const found = await mapConcurrently(tracked, context.concurrency, (one) =>
    mayExist(context, servedRef(context, one)),
  );
  return tracked.filter((_, i) => found[i] === true);
}

/**
 * Whether an object may still exist. The operator's own rights tell of the blueprint's namespace alone. Of others only
 * the labels of the blueprint count: a forged inventory would otherwise learn what exists there. A copy that is not
 * complete tells nothing.
 */
async function mayExist(context: DeletionContext, ref: ObjectRef): Promise<boolean> {
  if (ref.namespace === context.key.namespace) return (await exists(context, ref)) !== false;
  const watched = servedVersion(context, ref) !== undefined;
  return !watched || context.deps.cache.generated(context.key, ref) !== undefined;
}

/** The most objects that the message of a blocked deletion names. */
const MAX_NAMED = 10;

function awaitAccount(context: DeletionContext, account: ObjectRef, left: readonly Tracked[]): Ending {
  const names = left.map((tracked) => displayName(refOfTracked(tracked)));
  const named = `${names.slice(0, MAX_NAMED).join(', ')}${names.length > MAX_NAMED ? ', …' : ''}`;
  const why = `${describeMissing(context, account)}: make it again, or delete what is left by hand: ${named}`;
  const state = blockedDeletion(left.length, why);
  return {
    outcome: { kind: 'waiting', reason: state.message, requeueAfterMs: ACCOUNT_RETRY_MS },
    report: { state, tracked: left, final: true },
  };
}
