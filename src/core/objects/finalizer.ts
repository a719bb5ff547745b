import { FINALIZER } from '../../api/names.ts';
import type { ObjectMeta } from '../../api/object.ts';

/** Whether our finalizer is on a blueprint. */
export function hasFinalizer({ finalizers = [] }: ObjectMeta): boolean {
  return finalizers.includes(FINALIZER);
}
