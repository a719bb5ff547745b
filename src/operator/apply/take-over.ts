import { FIELD_MANAGER } from '../../api/names.ts';
import { type KubeObject, displayName } from '../../api/object.ts';
import { planTakeOver, toTakeOverPatch } from '../../core/adoption/take-over.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { isReason } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/** How often a take-over is tried of an object that changes all the time. */
const MAX_TRIES = 5;

/**
 * Takes over what former appliers own of an object that exists, with the rights of the blueprint, so that the apply
 * which follows removes what the blueprint does not say. Should it not follow, the next reconcile makes up for it: the
 * operator owns the fields by then, and so the object is ours.
 *
 * @returns the object as it is then; undefined where there is none
 * @throws ClusterError with reason Conflict where somebody changed the object each time
 */
export async function takeOver(
  context: ReconcileContext,
  { ref, manifest, layer }: DesiredObject,
): Promise<KubeObject | undefined> {
  const { deps, as, signal, logger } = context;
  for (let tries = 1; ; tries++) {
    const live = await deps.cluster.get(ref, { as, signal });
    const plan = live === undefined ? undefined : planTakeOver(live, manifest);
    if (live === undefined || plan === undefined) return live;
    try {
      const patch = toTakeOverPatch(live, plan);
      const stored = await deps.cluster.merge(ref, patch, { fieldManager: FIELD_MANAGER, as, signal });
      const { from, labels, annotations } = plan;
      logger.info('took over', { object: displayName(ref), layer, from, marks: [...labels, ...annotations] });
      return stored;
    } catch (error) {
      if (!isReason(error, 'Conflict') || tries === MAX_TRIES) throw error;
    }
  }
}
