import { emptyObject, isDeeperThan, isObject, own } from '../values/json.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { type FieldSet, isEmptySet } from './field-set.ts';

/**
 * Finds the empty lists and maps of a live value that nobody else owns and that the wanted value does not have, as a
 * merge patch that removes them with the fields that hold them; undefined where there are none. No apply removes a list
 * of named items that is empty, whoever owns it.
 *
 * @param sets what other managers own of the value
 * @param maxDepth a value that nests deeper is left as it is
 */
export function findUnowned(
  live: unknown,
  wanted: unknown,
  sets: readonly FieldSet[],
  maxDepth: number,
): JsonObject | undefined {
  if (!isObject(live) || isDeeperThan(live, maxDepth)) return undefined;
  return searchMap(live, isObject(wanted) ? wanted : emptyObject(), sets);
}

function searchMap(live: JsonObject, wanted: JsonObject, sets: readonly FieldSet[]): JsonObject | undefined {
  const patch = emptyObject();
  for (const [key, value] of Object.entries(live)) {
    const owners = sets.map((set) => own(set, `f:${key}`)).filter(isObject);
    const inner = own(wanted, key);
    if (inner === undefined && owners.length === 0) {
      // As a whole: a part of it may be required where the rest is.
      if (holdsEmpty(value)) patch[key] = null;
    } else if (isObject(value) && !owners.some(isEmptySet)) {
      const found = searchMap(value, isObject(inner) ? inner : emptyObject(), owners);
      if (found !== undefined) patch[key] = found;
    }
  }
  return isEmptySet(patch) ? undefined : patch;
}

/** Whether a value is an empty list or map, or holds one in its maps. */
function holdsEmpty(value: unknown): boolean {
  return isEmpty(value) || (isObject(value) && Object.values(value).some(holdsEmpty));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && isEmptySet(value);
}
