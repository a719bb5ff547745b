/**
 * Every text of a schema, with a value that holds it: a field that is added to the schema is tried without anybody
 * thinking of it. Begin with {@link listTexts} and {@link buildWith}.
 */
import type { Rule } from '../../../src/api/schema/shapes/rule.ts';
import { DURATION, SHORT_DURATION } from '../../../src/api/schema/shapes/shapes.ts';
import { type Schema, checkSchema } from '../../../src/core/validation/check-schema.ts';
import { isObject } from '../../../src/core/values/json.ts';

/** Stands, in the steps to a field, for an item of a list. */
export const ITEM = '[]';
/** Stands for a key of a map. */
export const KEY = '{key}';
/** Stands for a value of a map. */
export const VALUE = '{value}';

/** A place in a schema, by the steps that lead to it. */
export interface Place {
  steps: readonly string[];
  schema: Schema;
}

/** Every place of a schema that has no places below it, and each key of a map. */
export function listPlaces(schema: Schema, steps: readonly string[] = []): Place[] {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined && Object.keys(properties).length > 0)
    return Object.entries(properties).flatMap(([name, below]) => listPlaces(below, [...steps, name]));
  if (items !== undefined) return listPlaces(items, [...steps, ITEM]);
  if (typeof additionalProperties === 'object')
    return [
      { steps: [...steps, KEY], schema: { type: 'string' } },
      ...listPlaces(additionalProperties, [...steps, VALUE]),
    ];
  return [{ steps, schema }];
}

const DURATIONS: ReadonlySet<string | undefined> = new Set([DURATION, SHORT_DURATION]);

/** The places that hold any text. Words of a closed list, times and durations name nothing. */
export function listTexts(schema: Schema): Place[] {
  return listPlaces(schema).filter(
    ({ schema: { type, enum: words, format, pattern } }) =>
      type === 'string' && words === undefined && format === undefined && !DURATIONS.has(pattern),
  );
}

/** The places that hold an object with a name and a namespace: a reference, or an item that becomes an object. */
export function listNamed(schema: Schema, steps: readonly string[] = []): Place[] {
  const { properties = {}, items } = schema;
  const here = Object.hasOwn(properties, 'name') && Object.hasOwn(properties, 'namespace');
  return [
    ...(here ? [{ steps, schema }] : []),
    ...Object.entries(properties).flatMap(([name, below]) => listNamed(below, [...steps, name])),
    ...(items === undefined ? [] : listNamed(items, [...steps, ITEM])),
  ];
}

/** What values are made of where the schema leaves it open. */
export interface Samples {
  /** The name of items and objects. */
  name: string;
  /** What stands in a field of this name beside what is built in it. */
  beside: (field: string, built: object) => object;
}

/** A value of a schema that holds `value` at the steps, and beside it what is needed for the whole to be accepted. */
export function buildWith(
  { steps: [step, ...rest], schema }: Place,
  value: unknown,
  samples: Samples,
): unknown {
  if (step === undefined) return value;
  const below = { items: schema.items ?? {}, values: mapValues(schema) };
  if (step === ITEM) return [buildWith({ steps: rest, schema: below.items }, value, samples)];
  if (step === KEY) return { [String(value)]: sampleOf(below.values, samples) };
  if (step === VALUE) return { sample: buildWith({ steps: rest, schema: below.values }, value, samples) };
  const field = buildWith({ steps: rest, schema: schema.properties?.[step] ?? {} }, value, samples);
  const full = isObject(field) ? { ...samples.beside(step, field), ...field } : field;
  return complete(schema, { [step]: full }, samples);
}

function mapValues({ additionalProperties }: Schema): Schema {
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}

/** Adds what a schema requires: the fields that must be there, and one that its rules ask for. */
function complete(schema: Schema, given: Record<string, unknown>, samples: Samples): object {
  const { properties = {}, required = [] } = schema;
  const missing = required.filter((name) => !Object.hasOwn(given, name));
  const sampled = missing.map((name) => [name, sampleField(name, properties[name] ?? {}, samples)]);
  const object = { ...(Object.fromEntries(sampled) as object), ...given };
  if (keepsRules(schema, object)) return object;
  const candidates = Object.keys(properties)
    .filter((name) => !Object.hasOwn(object, name))
    .map((name) => ({ ...object, [name]: sampleField(name, properties[name] ?? {}, samples) }));
  return candidates.find((candidate) => keepsRules(schema, candidate)) ?? object;
}

function keepsRules(schema: Schema, object: object): boolean {
  const rules = schema['x-kubernetes-validations'] ?? [];
  return rules.every((rule) => !('holds' in rule) || (rule as Rule).holds(object));
}

function sampleField(name: string, schema: Schema, samples: Samples): unknown {
  const value = sampleOf(schema, samples);
  return isObject(value) ? { ...samples.beside(name, value), ...value } : value;
}

const TEXTS = ['5m', 'v1', '2026-01-01T00:00:00Z'];

/** A value that a schema accepts, as small as can be. */
export function sampleOf(schema: Schema, samples: Samples): unknown {
  const { type, enum: words, items, minItems } = schema;
  if (words !== undefined) return words[0];
  if (type === 'array') return minItems === undefined ? [] : [sampleOf(items ?? {}, samples)];
  if (type === 'object' || type === undefined) return complete(schema, {}, samples);
  return [false, 0, 1, samples.name, ...TEXTS].find((value) => isAccepted(schema, value)) ?? '';
}

function isAccepted(schema: Schema, value: unknown): boolean {
  let accepted = true;
  checkSchema(schema, value, () => {
    accepted = false;
  });
  return accepted;
}
