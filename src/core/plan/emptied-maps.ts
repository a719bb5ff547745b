import type { Json, KubeObject } from '../../api/object.ts';
import { isObject, own } from '../values/json.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';

/**
 * The manifest without the maps that it empties, or undefined where it empties none.
 *
 * Server-side apply makes a null of a map from which it takes the last field that we own, where the applied map is
 * empty: a typed field is refused then ("must be of type object"), and in a chart's values Helm takes the null for an
 * order to drop the chart's own default. Who applies without the map first, and then with it, gets the empty map.
 */
export function withoutEmptiedMaps(
  manifest: KubeObject,
  live: KubeObject | undefined,
): KubeObject | undefined {
  if (live === undefined) return undefined;
  const pruned = prune(manifest as unknown as JsonObject, live as unknown as JsonObject);
  return pruned === undefined ? undefined : (pruned as unknown as KubeObject);
}

/** Undefined where nothing is to be left out. A map that is empty without what is left out is left out too. */
function prune(desired: JsonObject, live: JsonObject): JsonObject | undefined {
  let changed = false;
  const kept: [string, Json | undefined][] = [];
  for (const [key, value] of Object.entries(desired)) {
    const present = own(live, key);
    const left = isObject(value) && isObject(present) ? leave(value, present) : value;
    changed ||= left !== value;
    if (left !== undefined) kept.push([key, left]);
  }
  return changed ? Object.fromEntries(kept) : undefined;
}

function leave(value: JsonObject, present: JsonObject): JsonObject | undefined {
  if (Object.keys(value).length === 0) return Object.keys(present).length === 0 ? value : undefined;
  const below = prune(value, present) ?? value;
  return Object.keys(below).length === 0 ? undefined : below;
}
