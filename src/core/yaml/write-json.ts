import type { Json } from '../../api/object.ts';
import { sortKeys } from '../values/json.ts';

/** A JSON value with sorted keys, indented by two spaces and ending in a line break. Undefined fields are left out. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(sortKeys(value as Json), null, 2)}\n`;
}
