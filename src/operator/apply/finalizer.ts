import { API_VERSION, FINALIZER, FINALIZER_MANAGER, KIND } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Pass } from '../context/reconcile-context.ts';

/** Puts our finalizer on the blueprint, before anything is generated that it would have to take back. */
export async function claimBlueprint(pass: Pass): Promise<void> {
  if (!hasFinalizer(pass)) await applyFinalizers(pass, [FINALIZER]);
}

/** Takes our finalizer away, and no other. */
export async function releaseBlueprint(pass: Pass): Promise<void> {
  if (!hasFinalizer(pass)) return;
  const { metadata } = await applyFinalizers(pass, []);
  const left = metadata.finalizers ?? [];
  if (!left.includes(FINALIZER)) return;
  // A blueprint that a backup tool made anew: to the API server our finalizer is that tool's too.
  const { name, namespace, uid, resourceVersion } = metadata;
  const ref = {
    apiVersion: API_VERSION,
    kind: KIND,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const finalizers = left.filter((finalizer) => finalizer !== FINALIZER);
  const options = { fieldManager: FINALIZER_MANAGER, signal: pass.signal };
  await pass.deps.cluster.merge(ref, { metadata: { uid, resourceVersion, finalizers } }, options);
}

/** Whether our finalizer is on the blueprint. */
export function hasFinalizer(pass: Pass): boolean {
  return pass.blueprint.metadata.finalizers?.includes(FINALIZER) === true;
}

async function applyFinalizers(pass: Pass, finalizers: string[]): Promise<KubeObject> {
  // The uid keeps the apply from making a blueprint anew that was deleted meanwhile.
  const { name, namespace, uid } = pass.blueprint.metadata;
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace, uid, finalizers } };
  const stored = await pass.deps.cluster.apply(object as KubeObject, {
    fieldManager: FINALIZER_MANAGER,
    signal: pass.signal,
  });
  if (finalizers.length > 0) pass.deps.cache.assume(stored);
  return stored;
}
