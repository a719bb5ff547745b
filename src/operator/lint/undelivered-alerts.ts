import { objectId } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { type Pass, wakeAfter } from '../context/reconcile-context.ts';

/** For how long a failed delivery counts, in milliseconds: Flux tells of no success that would end it. */
const COUNTS_MS = 600_000;

/** The notes on alerts that could not be delivered of late, each after the id of its alert. */
export function findUndelivered(pass: Pass, desired: DesiredState): ReadonlyMap<string, string> {
  const { cache, clock } = pass.deps;
  const found = new Map<string, string>();
  for (const { ref } of desired.objects) {
    const last = ref.kind === 'Alert' ? cache.undelivered(ref) : undefined;
    const leftMs = last === undefined ? 0 : last.at + COUNTS_MS - clock.now();
    if (last === undefined || leftMs <= 0) continue;
    found.set(objectId(ref), last.note);
    wakeAfter(pass, leftMs);
  }
  return found;
}
