import type { Steps } from './path.ts';
import type { Json } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';

/** Whether a value is a JSON object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Makes objects that inherit nothing. One of `Object.create(null)` is a slow dictionary to V8; these are not. */
const Empty = function () {
  // Has no fields.
} as unknown as new () => JsonObject;
Empty.prototype = Object.create(null) as object;

/**
 * An object that inherits nothing, so that a key such as `__proto__` from a blueprint is only ever data.
 * Every object that the core builds from input keys starts here.
 */
export function emptyObject(): JsonObject {
  return new Empty();
}

/** An object's own field; undefined where it has none, whatever its prototype holds. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The object in a field; an empty one is put there where it holds none. */
export function objectIn(parent: JsonObject, field: string): JsonObject {
  const present = own(parent, field);
  if (isObject(present)) return present;
  const made = emptyObject();
  parent[field] = made;
  return made;
}

/** A copy that shares nothing with the original. */
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

/** A copy in which every object's keys are sorted: the same value gives the same bytes. */
export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const sorted = emptyObject();
  // Without a comparison of its own, sort goes by code unit: the same on every machine.
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field !== undefined) sorted[key] = sortKeys(field);
  }
  return sorted;
}

/** Whether two JSON values are the same; the order of an object's keys does not count. */
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

/** The value at a dotted path, or undefined. */
export function valueAt(value: Json | undefined, steps: Steps): Json | undefined {
  let at: Json | undefined = value;
  for (const step of steps) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isObject(at) ? own(at, step) : undefined;
  }
  return at;
}

/** Whether a value has objects or lists inside each other more than `levels` deep. It never exhausts the stack. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  const open = [{ value, level: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { level } = next;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (level > levels) return true;
    for (const inner of Object.values(next.value)) open.push({ value: inner as unknown, level: level + 1 });
  }
  return false;
}

/** The name of a JSON value's type, as a message says it. */
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
