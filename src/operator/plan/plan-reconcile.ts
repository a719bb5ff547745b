/**
 * The plan phase: compares what is desired with what exists. It reads from the cluster and writes nothing; whatever
 * decides is `core/plan`. Begin with {@link planReconcile}.
 */
import type { Move } from '../../core/moves/move.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import type { Tracked } from '../../core/objects/inventory.ts';
import { resolveExisting } from '../../core/plan/existing.ts';
import { findPlaced } from '../../core/plan/inventory-change.ts';
import { type Plan, planChanges } from '../../core/plan/plan.ts';
import { type Phase, endWith, proceed } from '../context/ending.ts';
import { type ReconcileContext, digestInForce, mayAdopt } from '../context/reconcile-context.ts';
import { failApply, refuseConflicts } from '../context/refuse.ts';
import { type PendingObject, correctableIn, observe, reportOn } from '../observe/observe.ts';
import { environmentsOf } from '../rollout/environments.ts';
import { findRequirements } from '../rollout/requirements.ts';
import type { RolledOut, Rollout } from '../rollout/roll-out.ts';
import { findTakeovers } from '../moves/between.ts';
import { findPlannedMoves } from '../moves/plan-moves.ts';
import { findExisting } from './find-existing.ts';

/** What is to be done, and what the phases after the plan need to know of it. */
export interface PlannedReconcile {
  /** What is desired, of all revisions that are in force. */
  desired: DesiredState;
  /** What the blueprint says now. */
  wanted: DesiredState;
  /** What waits for a first revision to come in force. */
  pending: readonly PendingObject[];
  /** Which revisions are in force; undefined where the operator cannot see any, and none is needed. */
  rollout: Rollout | undefined;
  /** The digest of what is desired. */
  digest: string;
  plan: Plan;
  /** What is desired and exists or is about to. */
  placed: readonly Tracked[];
  /** Ids of what does not exist, and so may only be created. */
  absent: ReadonlySet<string>;
}

/** How soon a kind is asked for again that the API server does not serve, in milliseconds: no watch reports it. */
const UNSERVED_RETRY_MS = 5_000;

/** Plans a reconcile. Nothing is written before this, so that a refused blueprint touches nothing. */
export async function planReconcile(
  context: ReconcileContext,
  { compilation, wanted, rollout }: RolledOut,
  movesToWanted: readonly Move[],
): Promise<Phase<PlannedReconcile>> {
  const { desired, digest } = compilation;
  const { memory, progress } = context;
  if (digest === digestInForce(context))
    memory.objects.trustApplied(desired.objects, (object) => memory.compiled.digest(object));
  const observation = await observe(context, desired, findRequirements(context, rollout?.waiting ?? []));
  const held = new Set(rollout?.held.keys());
  const pending = rollout?.pending ?? [];
  const environmentOf = environmentsOf(context);
  const moves = await findPlannedMoves(context, { desired, wanted: wanted.desired, movesToWanted, held });
  const changes = planChanges(desired, { ...observation, held, environmentOf, moves });
  const { existing, failures } = await findExisting(context, changes.apply);
  if (failures.length > 0)
    return endWith(failApply(context, failures, reportOn(context, { desired, plan: changes, pending })));
  const writer = {
    key: context.key,
    tracked: new Set(progress.tracked.map(({ id }) => id)),
    adoption: context.blueprint.spec.adoption,
    mayAdopt: mayAdopt(context),
    takesOver: findTakeovers(context),
  };
  const { plan, conflicts, theirs, unserved, absent } = resolveExisting(changes, existing, writer);
  if (conflicts.length > 0) return endWith(refuseConflicts(context, conflicts));
  recordTheirs(context, theirs);
  requeueForPlan(context, plan, unserved);
  const undone = plan.apply.length + plan.blocked.length + plan.terminating.length;
  progress.tally.skipped = desired.objects.length - undone;
  const placed = findPlaced(desired, plan, (id) => memory.objects.isSatisfied(id), context.account);
  return proceed({ desired, wanted: wanted.desired, pending, rollout, digest, plan, placed, absent });
}

/** Has the blueprint reconciled again for what no watch reports. */
function requeueForPlan(context: ReconcileContext, plan: Plan, unserved: readonly DesiredObject[]): void {
  if (unserved.length > 0) context.progress.requeueWithin(UNSERVED_RETRY_MS);
  for (const { id } of plan.postponed) context.progress.requeueWithin(correctableIn(context, id));
}

function recordTheirs({ memory, deps }: ReconcileContext, theirs: readonly DesiredObject[]): void {
  const at = deps.clock.monotonic();
  for (const { id } of theirs) memory.objects.recordSeen(id, { live: undefined, theirs: true, at });
}
