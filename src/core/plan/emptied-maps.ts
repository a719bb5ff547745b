import type { Json, KubeObject } from '../../api/object.ts';
import { isObject, own } from '../values/json.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';

/**
 * Removes from a manifest the maps that it would empty in the live object. Returns undefined if it empties none.
 *
 * When server-side apply removes the last field that we own from a map, and the applied map is empty, it writes null
 * instead of an empty map. The API server then refuses a typed field ("must be of type object"), and in a chart's
 * values Helm reads the null as an order to drop the chart's own default. To get an empty map, apply the result of this
 * function first and the manifest itself second.
 */
export function withoutEmptiedMaps(
  manifest: KubeObject,
  live: KubeObject | undefined,
): KubeObject | undefined {
  if (live === undefined) return undefined;
  const reduced = removeEmptied(manifest as unknown as JsonObject, live as unknown as JsonObject);
  return reduced as unknown as KubeObject | undefined;
}

/** Returns undefined if nothing has to be removed. A map that the removal leaves empty is removed as well. */
function removeEmptied(desired: JsonObject, live: JsonObject): JsonObject | undefined {
  let changed = false;
  const kept: [string, Json | undefined][] = [];
  for (const [key, value] of Object.entries(desired)) {
    const present = own(live, key);
    const left = isObject(value) && isObject(present) ? reduceMap(value, present) : value;
    changed ||= left !== value;
    if (left !== undefined) kept.push([key, left]);
  }
  return changed ? Object.fromEntries(kept) : undefined;
}

function reduceMap(value: JsonObject, present: JsonObject): JsonObject | undefined {
  if (Object.keys(value).length === 0) return Object.keys(present).length === 0 ? value : undefined;
  const below = removeEmptied(value, present) ?? value;
  return Object.keys(below).length === 0 ? undefined : below;
}
