import { API_VERSION, FINALIZER, FINALIZER_MANAGER, KIND } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { hasFinalizer } from '../../core/objects/finalizer.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';

/** Puts our finalizer on the blueprint, before anything is generated that a deletion would have to remove. */
export async function ensureFinalizer(context: DeletionContext): Promise<void> {
  if (!hasFinalizer(context.blueprint.metadata)) await applyFinalizers(context, [FINALIZER]);
}

/** Removes our finalizer, and no other. */
export async function removeFinalizer(context: DeletionContext): Promise<void> {
  if (!hasFinalizer(context.blueprint.metadata)) return;
  const { metadata } = await applyFinalizers(context, []);
  if (!hasFinalizer(metadata)) return;
  // A backup tool created this blueprint anew: to the API server, our finalizer is also that tool's.
  const { name, namespace, uid, resourceVersion } = metadata;
  const ref = {
    apiVersion: API_VERSION,
    kind: KIND,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  const options = { fieldManager: FINALIZER_MANAGER, signal: context.signal };
  await context.deps.cluster.merge(ref, { metadata: { uid, resourceVersion, finalizers } }, options);
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
