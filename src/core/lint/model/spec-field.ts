import type { Json } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { valueAt } from '../../values/json.ts';

/** A field of a generated object's `spec`. */
export function specField(object: DesiredObject, ...steps: (string | number)[]): Json | undefined {
  return valueAt(object.manifest['spec'], steps);
}

/** A list in a generated object's `spec`; empty where there is none. */
export function specList(object: DesiredObject, ...steps: (string | number)[]): readonly Json[] {
  const value = specField(object, ...steps);
  return Array.isArray(value) ? value : [];
}
