import { FIELD_MANAGER } from '../../api/names.ts';
import { type KubeObject, displayName } from '../../api/object.ts';
import { type TakeOver, planTakeOver, toTakeOverPatch } from '../../core/adoption/take-over.ts';
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
  object: DesiredObject,
): Promise<KubeObject | undefined> {
  const { deps, as, signal } = context;
  for (let tries = 1; ; tries++) {
    const live = await deps.cluster.get(object.ref, { as, signal });
    const plan = live === undefined ? undefined : planTakeOver(live, object.manifest);
    if (live === undefined || plan === undefined) return live;
    try {
      return await writeWhole(context, object, live, plan);
    } catch (error) {
      if (!isReason(error, 'Conflict') || tries === MAX_TRIES) throw error;
    }
  }
}

/** Writes a take-over. Where a part of the spec must not go before the rest, it stays: an empty list does no harm. */
async function writeWhole(
  context: ReconcileContext,
  object: DesiredObject,
  live: KubeObject,
  plan: TakeOver,
): Promise<KubeObject | undefined> {
  try {
    return await write(context, object, live, plan);
  } catch (error) {
    if (!isReason(error, 'Invalid') || plan.spec === undefined) throw error;
    return write(context, object, live, { ...plan, spec: undefined });
  }
}

async function write(
  { deps, as, signal, logger }: ReconcileContext,
  { ref, layer }: DesiredObject,
  live: KubeObject,
  plan: TakeOver,
): Promise<KubeObject | undefined> {
  const options = { fieldManager: FIELD_MANAGER, as, signal };
  const stored = await deps.cluster.merge(ref, toTakeOverPatch(live, plan), options);
  const { from, labels, annotations } = plan;
  logger.info('took over', { object: displayName(ref), layer, from, marks: [...labels, ...annotations] });
  return stored;
}
