import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject, own } from '../../values/json.ts';

/** The name of an item of a list; empty where it has none, which is refused elsewhere. */
export function nameOf(item: JsonObject): string {
  const name = item['name'];
  return typeof name === 'string' ? name : '';
}

/** The items of a list in a field; none where the field holds no list. */
export function itemsIn(parent: JsonObject, field: string): JsonObject[] {
  return objectsOf(own(parent, field));
}

/** The objects of a list; none where it is no list. */
export function objectsOf(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
