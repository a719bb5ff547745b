import { type ObjectRef, displayName } from '../../api/object.ts';
import { Reason, type Verdict, isTrue } from '../../core/status/conditions.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { conditionOf } from '../../core/health/read-conditions.ts';
import { seeSource } from '../observe/live-object.ts';
import { type Pass, wakeAfter } from '../context/reconcile-context.ts';

/**
 * For how long a source must have said the same of its readiness, in milliseconds: source-controller tells that it is
 * ready in one write and what it fetched in the next, and in between all seems to be done.
 */
const SETTLE_MS = 200;

/** Has a blueprint become ready only when none of its sources has changed a moment ago. */
export function awaitSources(pass: Pass, desired: DesiredState, verdict: Verdict): Verdict {
  const changed = findChanged(pass, pass.memory.sources(desired).all);
  const wasReady = isTrue(pass.status?.conditions ?? [], 'Ready');
  if (verdict.type !== 'ready' || wasReady || changed === undefined) return verdict;
  wakeAfter(pass, SETTLE_MS);
  const message = `${verdict.message}; ${displayName(changed)} has changed just now`;
  return { type: 'progressing', reason: Reason.Progressing, message };
}

/**
 * A source that has said another thing of its readiness within {@link SETTLE_MS}; all of them are looked at, for each is
 * to be noted.
 */
function findChanged(pass: Pass, sources: readonly ObjectRef[]): ObjectRef | undefined {
  const now = pass.deps.clock.monotonic();
  const [changed] = sources.filter((ref) => {
    const live = seeSource(pass, ref);
    const said = JSON.stringify((live && conditionOf(live, 'Ready')) ?? null);
    return now - pass.memory.noteSource(ref, said, now) < SETTLE_MS;
  });
  return changed;
}
