import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { REPLACED } from '../../kinds/overlay.ts';
import { emptyObject, equalJson, isObject, own } from '../../values/json.ts';

/** What an item must say so that it becomes what is wanted, beside what it inherits. */
export interface Difference {
  /** Its own fields. */
  own: JsonObject;
  /** The dotted paths of what it inherits and does without. */
  unset: string[];
}

/** Replaces nothing: inside the values of a chart every name belongs to the chart. */
const NONE: ReadonlySet<string> = new Set();

/**
 * The least that makes `wanted` of `inherited`, by the rules of merging: `unset` is taken from what is inherited, and
 * `own` is merged over the rest.
 */
export function differ(inherited: JsonObject, wanted: JsonObject): Difference {
  const unset: string[] = [];
  return { own: differIn(inherited, wanted, { unset, at: '', replaced: REPLACED }), unset };
}

interface Way {
  unset: string[];
  /** The dotted path so far, with a dot behind it. */
  at: string;
  replaced: ReadonlySet<string>;
}

function differIn(inherited: JsonObject, wanted: JsonObject, way: Way): JsonObject {
  const result = emptyObject();
  way.unset.push(...missingIn(wanted, inherited).map((key) => way.at + key));
  for (const [key, value] of Object.entries(wanted)) {
    const base = own(inherited, key);
    if (value === undefined || equalJson(base, value)) continue;
    if (!isObject(value) || !isObject(base) || way.replaced.has(key)) {
      result[key] = value;
      continue;
    }
    const replaced = key === 'values' ? NONE : way.replaced;
    const inner = differIn(base, value, { unset: way.unset, at: `${way.at}${key}.`, replaced });
    if (Object.keys(inner).length > 0) result[key] = inner;
  }
  return result;
}

/** The fields of an object that another one lacks. */
function missingIn(wanted: JsonObject, inherited: JsonObject): string[] {
  return Object.keys(inherited).filter(
    (key) => own(inherited, key) !== undefined && own(wanted, key) === undefined,
  );
}
