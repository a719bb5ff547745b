import { asClusterError } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import type { Rollout } from './roll-out.ts';
import { storeRevision } from './store-revision.ts';
import { tidyRevisions } from './tidy-revisions.ts';

/** How long a revision that no gate needs is not tried again that could not be stored, in milliseconds. */
const RETRY_MS = 60_000;

/**
 * Begins to store the wanted revision. Where no gate decides, the objects are applied meanwhile: the same spec is
 * wanted again after a crash.
 */
export function beginRevision(context: ReconcileContext, rollout: Rollout | undefined): Promise<void> {
  const rests =
    rollout?.gated === false && context.deps.clock.monotonic() < context.memory.revisions.restsUntil;
  const stored = rollout === undefined || rests ? Promise.resolve() : storeRevision(context, rollout);
  // Whoever needs it awaits it; a reconcile that ends early does not.
  stored.catch(() => undefined);
  return stored;
}

/**
 * Ends what was begun, and keeps the stored revisions in order.
 *
 * @throws ClusterError where gates need the revision and it could not be stored
 */
export async function endRevisions(
  context: ReconcileContext,
  rollout: Rollout | undefined,
  stored: Promise<void>,
): Promise<void> {
  if (rollout === undefined) return;
  try {
    await stored;
  } catch (thrown) {
    const error = asClusterError(thrown);
    if (rollout.gated || error.reason === 'Aborted') throw error;
    context.logger.warn('the revision could not be stored', { error: error.message });
    context.memory.revisions.restsUntil = context.deps.clock.monotonic() + RETRY_MS;
  }
  await tidyRevisions(context, rollout, rollout.historyLimit);
}
