import type { KubeObject, ObjectMeta, ObjectRef } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { ownerOf } from '../../core/objects/ownership.ts';
import { isUnwatched } from '../memory/object-memory.ts';
import type { DeletionContext } from '../context/reconcile-context.ts';

/** The live object: from the cache or, where its kind is not watched, as it was last read. */
export function liveOf(
  { deps, memory }: DeletionContext,
  { id, ref }: DesiredObject,
): KubeObject | undefined {
  return isUnwatched(ref) ? memory.objects.seen(id)?.live : deps.cache.generated(ref);
}

/** A source, whoever made it; undefined where it is not known. */
export function readSource(
  { deps: { cache } }: DeletionContext,
  ref: ObjectRef | undefined,
): KubeObject | undefined {
  return ref === undefined ? undefined : (cache.generated(ref) ?? cache.see({ ref, as: undefined })?.live);
}

/**
 * An object's metadata, with everything that tells whose it is; undefined where there is no object. The cache keeps no
 * field managers, so that it answers only where the labels name the owner.
 */
export async function readOwned(context: DeletionContext, ref: ObjectRef): Promise<ObjectMeta | undefined> {
  const { deps, as, signal } = context;
  if (isOwnerCached(context, ref)) return deps.cache.generated(ref)?.metadata;
  // An object that the cache lacks may only not have arrived yet.
  return (await deps.cluster.getMetadata(ref, { as, signal }))?.metadata;
}

/** Whether the cache knows whose an object is. */
export function isOwnerCached({ deps }: DeletionContext, ref: ObjectRef): boolean {
  const cached = deps.cache.generated(ref)?.metadata;
  return cached !== undefined && ownerOf(cached) !== undefined;
}
