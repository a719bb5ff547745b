import { API_VERSION, FINALIZER, FINALIZER_MANAGER, KIND } from '../../api/names.ts';
import { type KubeObject, refOf } from '../../api/object.ts';
import { hasFinalizer } from '../../core/objects/finalizer.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';

/** Puts our finalizer on the blueprint, before anything is generated that a deletion would have to remove. */
export async function ensureFinalizer(context: DeletionContext): Promise<void> {
  if (!hasFinalizer(context.blueprint.metadata)) await applyFinalizers(context, [FINALIZER]);
}

/** Removes our finalizer, and no other. */
export async function removeFinalizer(context: DeletionContext): Promise<void> {
  if (!hasFinalizer(context.blueprint.metadata)) return;
  const stored = await applyFinalizers(context, []);
  if (!hasFinalizer(stored.metadata)) return;
  // A backup tool created this blueprint anew: to the API server, our finalizer is also that tool's.
  const { uid, resourceVersion, finalizers: left = [] } = stored.metadata;
  const finalizers = left.filter((finalizer) => finalizer !== FINALIZER);
  const options = { fieldManager: FINALIZER_MANAGER, signal: context.signal };
  await context.deps.cluster.merge(
    refOf(stored),
    { metadata: { uid, resourceVersion, finalizers } },
    options,
  );
}

async function applyFinalizers(
  { blueprint, deps, signal }: DeletionContext,
  finalizers: string[],
): Promise<KubeObject> {
  // The uid keeps the apply from creating a blueprint anew that was deleted meanwhile.
  const { name, namespace, uid } = blueprint.metadata;
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace, uid, finalizers } };
  const stored = await deps.cluster.apply(object as KubeObject, { fieldManager: FINALIZER_MANAGER, signal });
  if (finalizers.length > 0) deps.cache.assume(stored);
  return stored;
}
