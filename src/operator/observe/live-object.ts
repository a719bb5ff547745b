import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { isUnwatched } from '../context/blueprint-memory.ts';
import type { Pass } from '../context/reconcile-context.ts';

/** The live object: from the local copies or, for kinds that are not watched, as it was seen last. */
export function liveOf(pass: Pass, { id, ref }: DesiredObject): KubeObject | undefined {
  return isUnwatched(ref) ? pass.memory.seen(id)?.live : pass.deps.cache.generated(ref);
}

/** A source, whoever made it, where it is known. */
export function seeSource({ deps: { cache } }: Pass, ref: ObjectRef | undefined): KubeObject | undefined {
  return ref === undefined ? undefined : (cache.generated(ref) ?? cache.see({ ref, as: undefined })?.live);
}
