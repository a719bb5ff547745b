import { hasFinalizer } from '../../core/objects/finalizer.ts';
import { asClusterError } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import type { Rollout } from './roll-out.ts';
import { storeRevision } from './store-revision.ts';
import { tidyRevisions } from './tidy-revisions.ts';

/** How long a revision that no gate needs is not tried again that could not be stored, in milliseconds. */
const RETRY_MS = 60_000;

/**
 * How long a blueprint without gates rests before its revisions are marked and deleted, in milliseconds. Each such
 * write costs the API server as much as a snapshot is large, and nothing goes by them: many changes in a row pay once.
 */
const TIDY_AFTER_MS = 5_000;

/** How many revisions more than are kept may wait for that. */
const MOST_UNTIDY = 10;

/** Stores the wanted revision once, the first time that it is called. */
export type StoreRevision = () => Promise<void>;

/**
 * Begins to store the wanted revision. Where gates decide, that is before anything is applied; and it is beside the
 * finalizer of a new blueprint. A change that no gate holds back is applied first: the same spec is wanted again after
 * a crash, and to store one of 500 components takes the API server as long as an apply.
 */
export function beginRevision(context: ReconcileContext, rollout: Rollout | undefined): StoreRevision {
  const { deps, memory, blueprint } = context;
  const rests = rollout?.gated === false && deps.clock.monotonic() < memory.revisions.restsUntil;
  let storing: Promise<void> | undefined;
  const store: StoreRevision = () => {
    storing ??= rollout === undefined || rests ? Promise.resolve() : storeRevision(context, rollout);
    // Whoever needs it awaits it; a reconcile that ends early does not.
    storing.catch(() => undefined);
    return storing;
  };
  if (rollout?.gated === true || !hasFinalizer(blueprint.metadata)) void store();
  return store;
}

/**
 * Ends what was begun, and keeps the stored revisions in order.
 *
 * @throws ClusterError where gates need the revision and it could not be stored
 */
export async function endRevisions(
  context: ReconcileContext,
  rollout: Rollout | undefined,
  store: StoreRevision,
): Promise<void> {
  if (rollout === undefined) return;
  try {
    await store();
  } catch (thrown) {
    const error = asClusterError(thrown);
    if (rollout.gated || error.reason === 'Aborted') throw error;
    context.logger.warn('the revision could not be stored', { error: error.message });
    context.memory.revisions.restsUntil = context.deps.clock.monotonic() + RETRY_MS;
  }
  if (mayTidy(context, rollout)) await tidyRevisions(context, rollout, rollout.historyLimit);
}

/** Whether stored revisions are marked and deleted now; if not, another reconcile will do it where there are any. */
function mayTidy({ deps, memory, progress }: ReconcileContext, rollout: Rollout): boolean {
  const { gated, changed, revisions, historyLimit } = rollout;
  const { length } = revisions.outlines;
  if (gated || length === 0 || length > historyLimit + MOST_UNTIDY) return true;
  const now = deps.clock.monotonic();
  if (changed) memory.revisions.tidyAt = now + TIDY_AFTER_MS;
  const leftMs = memory.revisions.tidyAt - now;
  if (leftMs > 0) progress.requeueWithin(leftMs);
  return leftMs <= 0;
}
