import { Layer } from '../../src/api/schema/layer.ts';
import { Source } from '../../src/api/schema/source.ts';
import type { Schema } from '../../src/core/validation/check-schema.ts';

/** A value that others can be put into. */
export type Container = Record<string | number, unknown>;

/** A place in a blueprint, with the schema of what may stand there as far as that is known. */
export interface Place {
  parent: Container;
  key: string | number;
  schema: Schema | undefined;
}

/** Schemas of what an environment overrides; that of the environment itself leaves it open. */
const OVERRIDES: Readonly<Record<string, Schema>> = {
  layers: Layer as unknown as Schema,
  sources: Source as unknown as Schema,
};

/** All places of a value, each container before what is in it. */
export function placesOf(root: unknown, schema: Schema): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, of: Schema | undefined, field: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const parent = value as Container;
    for (const key of Object.keys(value)) {
      const step = Array.isArray(value) ? Number(key) : key;
      const below = schemaBelow(of, step, field);
      places.push({ parent, key: step, schema: below });
      visit(parent[step], below, typeof step === 'number' ? field : step);
    }
  };
  visit(root, schema, '');
  return places;
}

function schemaBelow(schema: Schema | undefined, step: string | number, field: string): Schema | undefined {
  if (typeof step === 'number') return itemSchema(schema, field);
  const { properties = {}, additionalProperties } = schema ?? {};
  if (Object.hasOwn(properties, step)) return properties[step];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** The items of an environment's lists name no fields but `name`. */
function itemSchema(schema: Schema | undefined, field: string): Schema | undefined {
  const items = schema?.items;
  const open = items?.['x-kubernetes-preserve-unknown-fields'] === true && items.required?.join() === 'name';
  return open ? (OVERRIDES[field] ?? items) : items;
}

/** Texts that suit most formats that the schema asks for, the first that matches is taken. */
const TEXTS = ['a', '5m', 'v1', 'https://example.com/a', 'oci://example.com/a', '2026-12-31T18:00:00Z'];

/** The least value that a schema accepts, or an empty object where the schema is not known. */
export function makeValue(schema: Schema = {}): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'array') return [makeValue(schema.items)];
  if (schema.type === undefined || schema.type === 'object') {
    const fields = schema.required ?? [];
    return Object.fromEntries(fields.map((field) => [field, makeValue(schema.properties?.[field])]));
  }
  return makeScalar(schema);
}

function makeScalar({ type, pattern = '', minimum = 1 }: Schema): unknown {
  if (type === 'boolean') return true;
  if (type !== 'string') return Math.max(1, minimum);
  return TEXTS.find((text) => new RegExp(pattern).test(text)) ?? 'a';
}
