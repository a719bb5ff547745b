import { objectId } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

/** How long a failed delivery counts, in milliseconds: Flux reports no success that would end it. */
const COUNTS_MS = 600_000;

/** The alerts that Flux could not deliver lately: its notes, by the ids of the alerts. */
export function findUndelivered(
  context: ReconcileContext,
  desired: DesiredState,
): ReadonlyMap<string, string> {
  const { cache, clock } = context.deps;
  const found = new Map<string, string>();
  for (const { ref } of desired.objects) {
    const ours = ref.kind === 'Alert' && generatedObject(context, ref) !== undefined;
    const last = ours ? cache.undelivered(ref) : undefined;
    const leftMs = last === undefined ? 0 : last.at + COUNTS_MS - clock.now();
    if (last === undefined || leftMs <= 0) continue;
    found.set(objectId(ref), last.note);
    context.progress.requeueWithin(leftMs);
  }
  return found;
}
