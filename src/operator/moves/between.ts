import { Label } from '../../api/names.ts';
import { findReleased, isTakenOver, listTakeovers } from '../../core/moves/between.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { type Tracked, refOfTracked } from '../../core/objects/inventory.ts';
import { parseKey } from '../../core/objects/ownership.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

/** Says of a tracked object whether the blueprint lets it go instead of deleting it. */
export function findLetGo(context: ReconcileContext): (tracked: Tracked) => boolean {
  const isReleased = findReleased(context.blueprint.spec);
  if (isReleased === undefined) return () => false;
  return (tracked) => {
    const ref = refOfTracked(tracked);
    const live = generatedObject(context, ref);
    const layer = live === undefined ? undefined : (live.metadata.labels?.[Label.Layer] ?? '');
    return isReleased({ layer, name: ref.name });
  };
}

/**
 * Says whether an object that another blueprint let go is taken over. With the operator's own rights that takes a
 * blueprint of the same namespace, whose authors could have written this one.
 */
export function findTakeovers({
  blueprint,
  key,
  account,
}: ReconcileContext): (object: DesiredObject, letGoBy: string) => boolean {
  const takeovers = listTakeovers(blueprint.spec, key.namespace);
  if (takeovers.length === 0) return () => false;
  return (object, letGoBy) =>
    (account !== undefined || parseKey(letGoBy).namespace === key.namespace) &&
    isTakenOver(takeovers, object, letGoBy);
}
