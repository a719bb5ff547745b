import { RECONCILE_REQUEST, REQUEST_MANAGER } from '../../api/names.ts';
import { displayName } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { type ReconcileRequest, planReconcileRequests } from '../../core/plan/reconcile-requests.ts';
import { asFailure } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { liveOf, readSource } from '../observe/live-object.ts';

/**
 * Asks Flux's controllers to reconcile at once what waits without need, and what somebody requested. A request that
 * cannot be made fails nothing: Flux reconciles by itself in the end.
 */
export async function requestReconciles(context: ReconcileContext, desired: DesiredState): Promise<void> {
  const { request, requested, memory } = context;
  const requests = planReconcileRequests(desired, {
    live: (object) => liveOf(context, object),
    source: (ref) => readSource(context, ref),
    request,
    requested,
    lastAnnounced: (id) => memory.objects.announced(id),
  });
  const now = new Date(context.deps.clock.now()).toISOString();
  await mapConcurrently(requests, context.concurrency, (one) => send(context, one, now));
}

async function send(
  { deps: { cluster, cache }, as, signal, memory, logger }: ReconcileContext,
  { object, value, readiness }: ReconcileRequest,
  now: string,
): Promise<void> {
  const { id, ref, layer } = object;
  const fields = { object: displayName(ref), layer };
  try {
    const metadata = { annotations: { [RECONCILE_REQUEST]: value ?? now } };
    const stored = await cluster.merge(ref, { metadata }, { fieldManager: REQUEST_MANAGER, as, signal });
    if (stored !== undefined) cache.assume(stored);
    if (readiness !== undefined) memory.objects.recordAnnounced(id, readiness);
    logger.info(
      value === undefined ? 'requested a reconcile: what it waits for has changed' : 'passed a request on',
      fields,
    );
  } catch (error) {
    logger.warn('a request to reconcile could not be made', { ...fields, error: asFailure(error).message });
  }
}
