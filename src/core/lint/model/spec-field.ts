import type { Json } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { valueAt } from '../../values/json.ts';

/** Reads a field of a generated object's `spec`; undefined if it is absent. */
export function specField(object: DesiredObject, ...steps: (string | number)[]): Json | undefined {
  return valueAt(object.manifest['spec'], steps);
}

/** Reads a list in a generated object's `spec`; empty if it is absent. */
export function specList(object: DesiredObject, ...steps: (string | number)[]): readonly Json[] {
  const value = specField(object, ...steps);
  return Array.isArray(value) ? value : [];
}
