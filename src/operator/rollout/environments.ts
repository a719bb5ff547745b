import { environmentOf } from '../../core/compile/environments/scopes.ts';
import { type Tracked, refOfTracked } from '../../core/objects/inventory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/**
 * The environment of what stands in an inventory, by its name: one of the present spec, or of the revisions that are
 * known to be in force.
 */
export function environmentsOf({
  blueprint,
  memory,
}: Pick<ReconcileContext, 'blueprint' | 'memory'>): (tracked: Tracked) => string | undefined {
  const { environments = [] } = blueprint.spec;
  const byName = new Map(
    environments.map(({ name, suffix }) => [name, { name, ...(suffix === undefined ? {} : { suffix }) }]),
  );
  for (const { spec } of memory.revisions.snapshots.values())
    for (const { name, suffix } of spec.environments ?? [])
      if (!byName.has(name)) byName.set(name, { name, ...(suffix === undefined ? {} : { suffix }) });
  const all = [...byName.values()];
  return all.length === 0 ? () => undefined : (tracked) => environmentOf(all, refOfTracked(tracked).name);
}
