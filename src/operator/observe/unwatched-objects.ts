import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { ownershipOf } from '../../core/objects/ownership.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from '../apply/apply.ts';
import { isUnwatched } from '../context/blueprint-memory.ts';
import { type Pass, wakeAfter } from '../context/reconcile-context.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';

/** How long a look at an object counts whose kind is not watched, in milliseconds. */
const LIFETIME_MS = 300_000;

/**
 * Looks at the namespaces and ConfigMaps that are wanted, where the last look was too long ago or a reconcile is asked
 * for: what somebody deletes or changes there, no watch tells.
 */
export async function lookAtUnwatched(pass: Pass, objects: readonly DesiredObject[]): Promise<void> {
  const unwatched = objects.filter(({ ref }) => isUnwatched(ref));
  if (unwatched.length === 0) return;
  const now = pass.deps.clock.monotonic();
  const stale = unwatched.filter(
    ({ id }) => pass.requested || now - (pass.memory.seen(id)?.at ?? -Infinity) >= LIFETIME_MS,
  );
  const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  await mapConcurrently(stale, concurrency, (object) => look(pass, object, now));
  wakeAfter(pass, LIFETIME_MS);
}

async function look(pass: Pass, object: DesiredObject, at: number): Promise<void> {
  const { id, ref } = object;
  try {
    const live = await pass.deps.cluster.get(ref, { as: pass.as, signal: pass.signal });
    if (live === undefined) pass.memory.forget(id);
    else pass.memory.noteSeen(id, { live, theirs: isTheirs(pass, object, live), at });
  } catch (error) {
    // What may not be read is left as it is known; whoever needs to write it hears of it.
    if (!(error instanceof ClusterError) || error.reason === 'Aborted') throw error;
  }
}

/** A namespace is never taken over; a ConfigMap of somebody else is a conflict. */
function isTheirs(pass: Pass, { id, ref }: DesiredObject, { metadata }: KubeObject): boolean {
  const tracked = pass.tracked.some((entry) => entry.id === id);
  return ref.kind === 'Namespace' && !ownershipOf(metadata, pass.key, tracked).ours;
}
