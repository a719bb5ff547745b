import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { ownershipOf } from '../../core/objects/ownership.ts';
import { asFailure } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import { isUnwatched } from '../memory/object-memory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/** How long what was read of an object holds whose kind is not watched, in milliseconds. */
const LIFETIME_MS = 300_000;

/**
 * Reads the desired namespaces and ConfigMaps, where they were last read too long ago or a reconcile is requested: no
 * watch reports what somebody deletes or changes there.
 */
export async function readUnwatched(
  context: ReconcileContext,
  objects: readonly DesiredObject[],
): Promise<void> {
  const { memory, deps, requested } = context;
  const unwatched = objects.filter(({ ref }) => isUnwatched(ref));
  if (unwatched.length === 0) return;
  const now = deps.clock.monotonic();
  const stale = unwatched.filter(
    ({ id }) => requested || now - (memory.objects.seen(id)?.at ?? -Infinity) >= LIFETIME_MS,
  );
  await mapConcurrently(stale, context.concurrency, (object) => read(context, object, now));
  context.progress.requeueWithin(LIFETIME_MS);
}

async function read(context: ReconcileContext, object: DesiredObject, at: number): Promise<void> {
  const { deps, memory, as, signal } = context;
  const { id, ref } = object;
  try {
    const live = await deps.cluster.get(ref, { as, signal });
    if (live === undefined) memory.objects.forget(id);
    else memory.objects.recordSeen(id, { live, theirs: isTheirs(context, object, live), at });
  } catch (error) {
    // What may not be read stays as it is known; the write that needs it will fail with a better message.
    asFailure(error);
  }
}

/** A namespace is never taken over; a ConfigMap of somebody else is a conflict. */
function isTheirs(
  { progress, key }: ReconcileContext,
  { id, ref }: DesiredObject,
  { metadata }: KubeObject,
): boolean {
  const tracked = progress.tracked.some((entry) => entry.id === id);
  return ref.kind === 'Namespace' && !ownershipOf(metadata, key, tracked).ours;
}
