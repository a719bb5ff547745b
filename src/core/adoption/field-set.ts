import type { Json } from '../../api/object.ts';
import { emptyObject, isObject, own } from '../values/json.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';

/**
 * A set of fields as managed fields write it (FieldsV1): a tree whose leaves are empty objects. A node that is in the
 * set itself, beside fields below it, holds the member {@link ITSELF}. The empty object as a whole is the empty set.
 */
export type FieldSet = JsonObject;

/** The member of a node that is in the set itself. */
const ITSELF = '.';

/** Whether a set holds no field. */
export function isEmptySet(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

/** The fields of either set. Neither is changed. */
export function uniteSets(a: FieldSet, b: FieldSet): FieldSet {
  const united = emptyObject();
  for (const key of [...Object.keys(a), ...Object.keys(b)]) {
    if (Object.hasOwn(united, key)) continue;
    const [left, right] = [own(a, key), own(b, key)];
    if (isObject(left) && isObject(right)) united[key] = uniteNodes(left, right);
    else united[key] = left ?? right;
  }
  return united;
}

function uniteNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) === isEmptySet(b)) return uniteSets(a, b);
  // One of them is the field itself, the other one holds fields below it.
  return uniteSets({ [ITSELF]: {} }, isEmptySet(a) ? b : a);
}

/** A set in two parts. */
export interface SplitSet {
  taken: FieldSet;
  left: FieldSet;
}

/** What becomes of a field and all that is below it; a function chooses for each of the fields below it. */
export type Choice = 'take' | 'leave' | ((key: string) => Choice);

/**
 * Splits a set by the keys of its fields, such as `f:interval`. That a node is in the set itself stays with what is
 * left below it; where nothing else is left there, it is taken too.
 */
export function splitSet(set: FieldSet, choose: (key: string) => Choice): SplitSet {
  const [taken, left] = [emptyObject(), emptyObject()];
  for (const [key, below] of Object.entries(set)) {
    if (key === ITSELF) continue;
    const parts = splitField(below, choose(key));
    if (parts.taken !== undefined) taken[key] = parts.taken;
    if (parts.left !== undefined) left[key] = parts.left;
  }
  if (Object.hasOwn(set, ITSELF)) (isEmptySet(left) && !isEmptySet(taken) ? taken : left)[ITSELF] = {};
  return { taken, left };
}

/** Splits a field with all that is below it. A part that holds nothing is undefined. */
function splitField(
  below: Json | undefined,
  choice: Choice,
): { taken?: Json | undefined; left?: Json | undefined } {
  if (choice === 'leave') return { left: below };
  if (choice === 'take' || !isObject(below) || isEmptySet(below)) return { taken: below };
  const { taken, left } = splitSet(below, choice);
  return {
    taken: isEmptySet(taken) ? undefined : taken,
    left: isEmptySet(left) ? undefined : left,
  };
}
