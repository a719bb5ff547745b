import type { Application, Plan } from '../core/plan.ts';
import type { Pass } from './pass.ts';

/**
 * Holds back what waits for an object that this very pass changes: the status of that one still speaks of the time
 * before the change. What has run is not held again.
 */
export function holdBehindChanges(pass: Pass, plan: Plan): Plan {
  const tracked = new Set(pass.tracked.map(({ id }) => id));
  const changing = new Set(plan.apply.filter(({ drift }) => drift.length > 0).map(({ object }) => object.id));
  const apply: Application[] = [];
  const held = [...plan.held];
  for (const application of plan.apply) {
    const { object, cause } = application;
    const waitsFor = object.heldBy.filter((id) => changing.has(id));
    if (cause !== 'create' || tracked.has(object.id) || waitsFor.length === 0) apply.push(application);
    else held.push({ object, waitsFor });
  }
  return { ...plan, apply, held };
}
