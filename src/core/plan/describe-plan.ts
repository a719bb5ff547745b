import { displayName, type ObjectRef } from '../../api/object.ts';
import type { PlanStatus } from '../../api/schema/status.ts';
import { type Tracked, refOfTracked } from '../objects/inventory.ts';
import type { Plan } from './plan.ts';

/** The most names that a status holds of a plan. */
const MAX_NAMES = 100;

/** What is to be done, in the order in which it is done. */
interface Steps {
  create: ObjectRef[];
  update: ObjectRef[];
  delete: ObjectRef[];
}

/** A plan as the status tells it, before anything of it is done. Undefined where it does nothing. */
export function describePlan(plan: Plan, digest: string): PlanStatus | undefined {
  const refsOf = (cause: 'create' | 'update'): ObjectRef[] =>
    plan.apply.filter((application) => application.cause === cause).map(({ object }) => object.ref);
  const waiting = listRemaining(plan);
  return describe(digest, {
    create: [...refsOf('create'), ...waiting.create],
    update: [...refsOf('update'), ...waiting.update],
    delete: [...plan.prune.map(refOfTracked), ...waiting.delete],
  });
}

/** What a pass could not do yet: what is held or gated, and what is still there of what had to go. */
export function describeRemaining(
  plan: Plan,
  gone: ReadonlySet<string>,
  digest: string,
): PlanStatus | undefined {
  const left = listRemaining(plan);
  const pruning = plan.prune.filter(({ id }) => !gone.has(id)).map(refOfTracked);
  return describe(digest, { ...left, delete: [...pruning, ...left.delete] });
}

function listRemaining({ blocked, terminating, awaitingPromotion, keptForNow }: Plan): Steps {
  return {
    create: [...blocked.map(({ object }) => object.ref), ...terminating.map(({ ref }) => ref)],
    update: awaitingPromotion.map(({ ref }) => ref),
    delete: keptForNow.map((tracked: Tracked) => refOfTracked(tracked)),
  };
}

function describe(digest: string, steps: Steps): PlanStatus | undefined {
  const names = Object.entries(steps).flatMap(([step, refs]: [string, ObjectRef[]]) =>
    refs.slice(0, MAX_NAMES).map((ref) => `${step} ${displayName(ref)}`),
  );
  if (names.length === 0) return undefined;
  return {
    digest,
    create: steps.create.length,
    update: steps.update.length,
    delete: steps.delete.length,
    names: names.slice(0, MAX_NAMES),
  };
}
