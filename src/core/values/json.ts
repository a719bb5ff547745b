/**
 * Plain values: JSON, paths into it, durations, text. Everything here is pure, knows neither blueprints nor Flux, and
 * imports only the vocabulary of `api`. Start with this file for JSON and with `path.ts` for paths.
 */

import type { Json } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { Steps } from './path.ts';

/** Whether a value is a JSON object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Makes objects without inherited fields. V8 treats `Object.create(null)` as a slow dictionary, but not these. */
const Empty = function () {
  // Has no fields.
} as unknown as new () => JsonObject;
Empty.prototype = Object.create(null) as object;

/**
 * Makes an object without inherited fields, so that a key such as `__proto__` in a blueprint is plain data.
 * The core builds every object whose keys come from input on one of these.
 */
export function emptyObject(): JsonObject {
  return new Empty();
}

/** Reads an object's own field and never its prototype; undefined if the field is absent. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Returns the object in a field. If the field holds no object, puts an empty one there first. */
export function objectIn(parent: JsonObject, field: string): JsonObject {
  const present = own(parent, field);
  if (isObject(present)) return present;
  const made = emptyObject();
  parent[field] = made;
  return made;
}

/** Makes a deep copy. It drops fields that are undefined. */
export function clone<T extends Json | undefined>(value: T): T;
export function clone(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => clone(item));
  if (!isObject(value)) return value;
  const copy = emptyObject();
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field !== undefined) copy[key] = clone(field);
  }
  return copy;
}

/** Makes a deep copy with the keys of every object sorted, so that equal values serialize to equal bytes. */
export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const sorted = emptyObject();
  // By default, sort compares code units, which is the same on every machine.
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field !== undefined) sorted[key] = sortKeys(field);
  }
  return sorted;
}

/** Whether two JSON values are equal. The order of keys and fields that are undefined do not count. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => equalJson(item, b[i]))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  return (
    keys.length === Object.keys(b).filter((key) => b[key] !== undefined).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
  );
}

/** Reads the value at a path inside JSON; undefined if any step is missing. */
export function valueAt(value: unknown, steps: Steps): Json | undefined {
  let at: unknown = value;
  for (const step of steps) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isObject(at) ? own(at, step) : undefined;
  }
  return at as Json | undefined;
}

/** Reads the text at a path inside JSON; undefined if there is none or the value is not text. */
export function textAt(value: unknown, steps: Steps): string | undefined {
  const found = valueAt(value, steps);
  return typeof found === 'string' ? found : undefined;
}

/** Reads the number at a path inside JSON; undefined if there is none or the value is not a number. */
export function numberAt(value: unknown, steps: Steps): number | undefined {
  const found = valueAt(value, steps);
  return typeof found === 'number' ? found : undefined;
}

/** Whether objects and lists nest more than `levels` deep in a value. It is safe for values of any depth. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  const open = [{ value, level: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { level } = next;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (level > levels) return true;
    for (const inner of Object.values(next.value) as unknown[])
      if (typeof inner === 'object') open.push({ value: inner, level: level + 1 });
  }
  return false;
}

/** Names the type of a JSON value for a message, e.g. `a list`. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const names: Partial<Record<string, string>> = {
    object: 'an object',
    string: 'text',
    boolean: 'a boolean',
    number: 'a number',
  };
  return names[typeof value] ?? typeof value;
}
