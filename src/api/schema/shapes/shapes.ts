/**
 * The shapes that the schema of a blueprint is built from: texts, names, lists and objects with the markers that
 * Kubernetes needs. This file has the builders; beside it are the bounds of lists and the rules in CEL. The room may
 * import `api/object.ts` only: the blocks and the schema are built on it.
 */
import Type, { type Static, type TObject, type TProperties, type TSchema } from 'typebox';
import type { Json } from '../../object.ts';
import type { Rule } from './rule.ts';

/** A JSON object of any fields. */
export type JsonObject = Record<string, Json | undefined>;

/** A DNS-1123 label: the value of a label, and the name of most objects. */
export const DNS_LABEL = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
/** A DNS-1123 subdomain: the name of any object. */
export const DNS_SUBDOMAIN = '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$';
/** A duration in Flux's form. */
export const DURATION = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';
/** The timeout of a Flux source, which cannot have hours. */
export const SHORT_DURATION = '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$';
/** An `apiVersion`: the group, if there is one, and the version. */
export const API_VERSION_PATTERN = '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[0-9][a-z0-9]*$';
/** A digest, as the status writes it. */
export const DIGEST = '^sha256:[0-9a-f]{64}$';
/** The name of a variable in `substitute`, as Flux's envsubst accepts it. */
export const VARIABLE_NAME = '^[_a-zA-Z][_a-zA-Z0-9]*$';

/** Free text, at most `maxLength` (default 2048) characters. */
export function text(description: string, maxLength = 2048) {
  return Type.String({ description, maxLength });
}

/** A name that fits in a label. */
export function label(description: string) {
  return Type.String({ description, pattern: DNS_LABEL, maxLength: 63 });
}

/** The name of an object. */
export function objectName(description: string) {
  return Type.String({ description, pattern: DNS_SUBDOMAIN, maxLength: 253 });
}

/** A duration in Flux's form, e.g. `1h30m`. */
export function duration(description: string) {
  return Type.String({ description, pattern: DURATION });
}

/** A source's timeout, e.g. `60s`. */
export function shortDuration(description: string) {
  return Type.String({ description, pattern: SHORT_DURATION });
}

/** True or false. */
export function flag(description: string) {
  return Type.Boolean({ description });
}

/** One of a closed list of words. */
export function oneOf<const T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], description });
}

/** A map from any key to text. */
export function textMap(
  description: string,
  options: { maxProperties?: number; rules?: readonly Rule<Record<string, string>>[] } = {},
) {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    description,
    'x-kubernetes-map-type': 'atomic',
    additionalProperties: { type: 'string', maxLength: 65536 },
    ...(options.maxProperties === undefined ? {} : { maxProperties: options.maxProperties }),
    ...(options.rules === undefined ? {} : { 'x-kubernetes-validations': options.rules }),
  });
}

/** An object with these fields and no others. Every field is required unless it is `Type.Optional`. */
export function object<T extends TProperties>(
  description: string,
  properties: T,
  rules: readonly Rule<never>[] = [],
): TObject<T> {
  return Type.Object(properties, {
    description,
    ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
  });
}

/**
 * An object of fixed fields that one field manager owns as a whole. Whoever removes it then removes all of it: of one
 * that others wrote into, a required field alone could go, and no apply would succeed any more.
 */
export function wholeObject<T extends TProperties>(description: string, properties: T): TObject<T> {
  return Type.Object(properties, { description, 'x-kubernetes-map-type': 'atomic' });
}

/** A list whose items are identified by `name`; the order has no meaning. */
export function namedList<T extends TSchema>(description: string, item: T, maxItems: number, minItems = 0) {
  return Type.Array(item, {
    description,
    maxItems,
    ...(minItems === 0 ? {} : { minItems }),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  });
}

/**
 * A list whose items are identified by `name`, and that server-side apply replaces as a whole. An owner for each field
 * of each item would make the managed fields of a large blueprint as long as the blueprint, and each write of it twice
 * as dear.
 */
export function wholeNamedList<T extends TSchema>(
  description: string,
  item: T,
  maxItems: number,
  minItems = 0,
) {
  const list = namedList(description, item, maxItems, minItems);
  return { ...list, 'x-kubernetes-list-type': 'atomic' } as typeof list;
}

/** A list that server-side apply replaces as a whole. */
export function atomicList<T extends TSchema>(description: string, item: T, maxItems: number) {
  return Type.Array(item, { description, maxItems, 'x-kubernetes-list-type': 'atomic' });
}

/** A list without duplicates. */
export function set<T extends TSchema>(description: string, item: T, maxItems: number) {
  return Type.Array(item, { description, maxItems, 'x-kubernetes-list-type': 'set' });
}

/** Any JSON object. One field manager owns it as a whole, which keeps managed fields small. */
export function anyObject(description: string) {
  return Type.Unsafe<JsonObject>({
    type: 'object',
    description,
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-map-type': 'atomic',
  });
}

/** Any JSON object whose fields have owners of their own and are not described here. */
export function passThrough(description: string) {
  return Type.Unsafe<Record<string, never>>({
    type: 'object',
    description,
    'x-kubernetes-preserve-unknown-fields': true,
  });
}

/**
 * A block that takes every field of a Flux kind. The common fields are typed here; the others pass through, and the
 * compiler checks them against the kind's own schema. Nothing in a block is required and nothing has a default,
 * because `defaults` are merged under it before it is used.
 *
 * Blocks and maps are atomic: server-side apply would turn one whose last field is removed into null, and refuse that.
 */
export function fluxBlock<T extends TProperties>(
  description: string,
  properties: T,
  rules: readonly Rule<never>[] = [],
) {
  const block = Type.Object(optional(properties), {
    description,
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-map-type': 'atomic',
    ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
  });
  return Type.Unsafe<Static<typeof block> & JsonObject>(block);
}

/** A reference to an object of a fixed kind in the same namespace. */
export function localRef(description: string) {
  return Type.Object({ name: objectName('Name of the object.') }, { description });
}

/** The same properties, each of them optional. */
export function optional<T extends TProperties>(
  properties: T,
): { [K in keyof T]: ReturnType<typeof Type.Optional<T[K]>> } {
  const entries = Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)] as const);
  return Object.fromEntries(entries) as { [K in keyof T]: ReturnType<typeof Type.Optional<T[K]>> };
}

/** An object inside a block: these fields are typed, others pass through, and none is required. */
export function openObject<T extends TProperties>(description: string, properties: T) {
  return Type.Object(optional(properties), {
    description,
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-map-type': 'atomic',
  });
}
