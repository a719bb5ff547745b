import { displayName, objectId, type ObjectRef } from '../../api/object.ts';
import type { PlanStatus } from '../../api/schema/status.ts';
import { type Tracked, refOfTracked } from '../objects/inventory.ts';
import { describeMove } from '../moves/describe-move.ts';
import type { Move } from '../moves/move.ts';
import type { Plan } from './plan.ts';

/** The most names that a status lists of a plan. */
const MAX_NAMES = 100;

/** The objects to create, update and delete, each in the order of work, and those that get another place. */
interface Changes {
  create: ObjectRef[];
  update: ObjectRef[];
  delete: ObjectRef[];
  move: Pick<Move, 'tracked' | 'to'>[];
}

/**
 * Describes a whole plan for the status, before anything of it is applied; undefined if the plan changes nothing.
 * `digest` identifies the desired state.
 */
export function describePlan(plan: Plan, digest: string): PlanStatus | undefined {
  const refsOf = (cause: 'create' | 'update'): ObjectRef[] =>
    plan.apply.filter((application) => application.cause === cause).map(({ object }) => object.ref);
  const remaining = listRemaining(plan);
  return describe(digest, {
    create: [...refsOf('create'), ...remaining.create],
    update: [...refsOf('update'), ...remaining.update],
    delete: [...plan.prune.map(refOfTracked), ...remaining.delete],
    move: remaining.move,
  });
}

/**
 * Describes for the status what a reconcile could not do yet: objects that are blocked or are being deleted, and
 * obsolete objects that still exist. `gone` holds the ids of objects that were pruned. Undefined if
 * nothing remains.
 */
export function describeRemaining(
  plan: Plan,
  gone: ReadonlySet<string>,
  digest: string,
): PlanStatus | undefined {
  const left = listRemaining(plan);
  const pruning = plan.prune.filter(({ id }) => !gone.has(id)).map(refOfTracked);
  const move = left.move.filter(({ tracked }) => !gone.has(tracked.id));
  return describe(digest, { ...left, delete: [...pruning, ...left.delete], move });
}

function listRemaining({ blocked, terminating, keptForNow, moves }: Plan): Changes {
  return {
    move: moves,
    create: [...blocked.map(({ object }) => object.ref), ...terminating.map(({ ref }) => ref)],
    update: [],
    delete: keptForNow.map((tracked: Tracked) => refOfTracked(tracked)),
  };
}

function describe(digest: string, { move, ...all }: Changes): PlanStatus | undefined {
  const arriving = new Set(move.map(({ to }) => to.id));
  const changes = { ...all, create: all.create.filter((ref) => !arriving.has(objectId(ref))) };
  const names = [
    ...move.slice(0, MAX_NAMES).map(({ tracked, to }) => describeMove(refOfTracked(tracked), to.ref)),
    ...Object.entries(changes).flatMap(([change, refs]: [string, ObjectRef[]]) =>
      refs.slice(0, MAX_NAMES).map((ref) => `${change} ${displayName(ref)}`),
    ),
  ];
  if (names.length === 0) return undefined;
  return {
    digest,
    create: changes.create.length,
    update: changes.update.length,
    delete: changes.delete.length,
    ...(move.length === 0 ? {} : { move: move.length }),
    names: names.slice(0, MAX_NAMES),
  };
}
