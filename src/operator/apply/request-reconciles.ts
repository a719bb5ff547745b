import { RECONCILE_REQUEST, REQUEST_MANAGER } from '../../api/names.ts';
import { displayName } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { type ReconcileRequest, planReconcileRequests } from '../../core/plan/reconcile-requests.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import { liveOf, seeSource } from '../observe/live-object.ts';
import { MAX_REQUEST, type Pass } from '../context/reconcile-context.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';

/**
 * Asks Flux's controllers to look now at what waits without need, or at what somebody asked for. A request that cannot
 * be made costs time and nothing else: Flux looks by itself in the end, so it fails no pass.
 */
export async function nudgeObjects(pass: Pass, desired: DesiredState): Promise<void> {
  const { clock, concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const nudges = planReconcileRequests(desired, {
    live: (object) => liveOf(pass, object),
    source: (ref) => seeSource(pass, ref),
    request: pass.blueprint.metadata.annotations?.[RECONCILE_REQUEST]?.slice(0, MAX_REQUEST),
    requested: pass.requested,
    lastAnnounced: (id) => pass.memory.announcedReadiness.get(id),
  });
  const now = new Date(clock.now()).toISOString();
  await mapConcurrently(nudges, concurrency, (nudge) => send(pass, nudge, now));
}

async function send(pass: Pass, { object, value, readiness }: ReconcileRequest, now: string): Promise<void> {
  const { cluster, cache } = pass.deps;
  const { id, ref, layer } = object;
  const options = { fieldManager: REQUEST_MANAGER, as: pass.as, signal: pass.signal };
  const fields = { object: displayName(ref), layer };
  try {
    const metadata = { annotations: { [RECONCILE_REQUEST]: value ?? now } };
    const stored = await cluster.merge(ref, { metadata }, options);
    if (stored !== undefined) cache.assume(stored);
    if (readiness !== undefined) pass.memory.announcedReadiness.set(id, readiness);
    pass.logger.info(
      value === undefined ? 'told how what it waits for is now' : 'passed a request on',
      fields,
    );
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'Aborted') throw error;
    pass.logger.warn('a request to reconcile could not be made', { ...fields, error: error.message });
  }
}
