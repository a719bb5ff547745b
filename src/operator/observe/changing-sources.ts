import type { ObjectRef } from '../../api/object.ts';
import { conditionOf } from '../../core/health/read-conditions.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { hashText } from '../../core/values/hash.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { readSource } from './live-object.ts';

/** For how long a source must report the same readiness before it counts as unchanging, in milliseconds. */
export const UNCHANGED_MS = 200;

/**
 * Finds a source whose readiness changed within {@link UNCHANGED_MS}. All of them are read, because each has to be
 * recorded.
 */
export function findChangingSource(context: ReconcileContext, desired: DesiredState): ObjectRef | undefined {
  const { memory, deps } = context;
  const now = deps.clock.monotonic();
  const [changing] = memory.compiled.sources(desired).all.filter((ref) => {
    const live = readSource(context, ref);
    const readiness = String(hashText(JSON.stringify((live && conditionOf(live, 'Ready')) ?? null)));
    return now - memory.sources.recordReadiness(ref, readiness, now) < UNCHANGED_MS;
  });
  return changing;
}
