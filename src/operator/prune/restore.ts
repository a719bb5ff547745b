import { MOVE_MANAGER, MOVES_TO } from '../../api/names.ts';
import type { KubeObject, ObjectMeta, ObjectRef } from '../../api/object.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

/**
 * Takes back all that a move wrote into an object when it released that: who applies nothing owns nothing. Flux then
 * works for it as before. Does nothing with an object that was not released.
 */
export async function restoreReleased(
  { deps, as, signal }: DeletionContext,
  ref: ObjectRef,
  { annotations = {}, name, namespace, uid }: ObjectMeta,
): Promise<void> {
  if (annotations[MOVES_TO] === undefined) return;
  const object = { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name, namespace, uid } };
  const options = { fieldManager: MOVE_MANAGER, as, signal };
  deps.cache.assume(await deps.cluster.apply(object as KubeObject, options));
}

/** Whether what takes the place of a released object is there. */
export function isReplaced(
  context: DeletionContext,
  ref: ObjectRef,
  { annotations = {} }: ObjectMeta,
): boolean {
  const [namespace, name] = annotations[MOVES_TO]?.split('/') ?? [];
  if (namespace === undefined || name === undefined) return false;
  return generatedObject(context, { ...ref, namespace, name }) !== undefined;
}
