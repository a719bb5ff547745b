import { Reason } from '../../core/status/conditions.ts';
import { type ClusterError, asClusterError, isReason } from '../../ports/cluster.ts';
import type { Outcome } from '../../ports/outcome.ts';
import type { Ending } from '../context/ending.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import { writeStatus } from './write-status.ts';

/**
 * The one exit of a reconcile: runs the phases, writes the status that they end with, and answers what follows for the
 * key. A request that failed outside of apply and prune is put into the status where that can still be written.
 */
export async function writeEnding(context: DeletionContext, run: () => Promise<Ending>): Promise<Outcome> {
  try {
    const { outcome, report, trails } = await run();
    if (report !== undefined) await writeStatus(context, report, trails);
    return context.progress.complete(outcome);
  } catch (thrown) {
    const error = asClusterError(thrown);
    // The blueprint is gone, or another one has its name: the watch reports it.
    if (isReason(error, 'NotFound')) return { kind: 'done' };
    if (!isReason(error, 'Aborted')) await writeFailure(context, error);
    return { kind: 'failed', error };
  }
}

async function writeFailure(context: DeletionContext, { message }: ClusterError): Promise<void> {
  const state = { type: 'failing', reason: Reason.ReconcileFailed, message, retrying: true } as const;
  try {
    await writeStatus(context, { state, tracked: context.progress.tracked, final: true });
  } catch (error) {
    context.logger.warn('the status could not be written', { error: asClusterError(error).message });
  }
}
