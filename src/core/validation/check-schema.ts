import type { Rule } from '../../api/schema/shapes/rule.ts';
import { exceptFor, explainPattern, isDateTime, quote } from './describe-value.ts';
import { TYPE_NAMES, explainType } from './explain-type.ts';
import { holdsFluxRule } from './flux-rules.ts';
import { checkDuration } from '../grammar/durations.ts';
import { equalJson, isObject } from '../values/json.ts';
import { suggest, suggestAllowed } from '../values/suggest.ts';
import { memoize } from '../values/memoize.ts';
import { type Steps, joinPath } from '../values/path.ts';

/** A CEL rule of Flux's own schemas. `flux-rules.ts` holds the matching predicate. */
type FluxRule = Pick<Rule, 'rule' | 'message' | 'fieldPath'>;

/** The part of OpenAPI v3 that the structural schemas of our CRD and of Flux's CRDs use. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number';
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  enum?: readonly unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
  nullable?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-validations'?: readonly (Rule<never> | FluxRule)[];
}

/** Receives a problem: its rule, the path of the value, and what is wrong with it. */
export type Report = (rule: string, steps: Steps, message: string) => void;

/**
 * Checks a value as the API server does with `fieldValidation=Strict`: types, bounds, patterns, lists with keys,
 * unknown fields, and the CEL rules of the schema. Reports every problem. `steps` is the path of the value; default:
 * the root.
 */
export function checkSchema(schema: Schema, value: unknown, report: Report, steps: Steps = []): void {
  checkValue(schema, value, [...steps], (rule, at, message) => {
    report(rule, [...at], message);
  });
}

/** The path of the value under check. All checks share one list, which saves a copy for each value without problems. */
type MutableSteps = (string | number)[];

function checkValue(schema: Schema, value: unknown, steps: MutableSteps, report: Report): void {
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (typeof value !== 'string' && !Number.isInteger(value))
      wrongType(value, 'an integer or text', steps, report);
    return;
  }
  if (!checkType(schema, value, steps, report)) return;
  checkBounds(schema, value, steps, report);
  checkEnum(schema, value, steps, report);
  checkRules(schema, value, steps, report);
}

function checkRules(schema: Schema, value: unknown, steps: Steps, report: Report): void {
  for (const rule of schema['x-kubernetes-validations'] ?? []) {
    if ('holds' in rule ? (rule as Rule).holds(value) : holdsFluxRule(rule.rule, value)) continue;
    const below = rule.fieldPath?.split('.').slice(1) ?? [];
    const blamed = 'blame' in rule ? (rule as Rule).blame?.(value) : undefined;
    report('rule', [...steps, ...below], rule.message + exceptFor(blamed ?? []));
  }
}

function checkBounds(schema: Schema, value: unknown, steps: MutableSteps, report: Report): void {
  if (typeof value === 'string') checkText(schema, value, steps, report);
  else if (typeof value === 'number') checkNumber(schema, value, steps, report);
  else if (Array.isArray(value)) checkList(schema, value, steps, report);
  else if (isObject(value)) checkObject(schema, value, steps, report);
}

function checkEnum(schema: Schema, value: unknown, steps: Steps, report: Report): void {
  if (schema.enum === undefined || schema.enum.some((allowed) => equalJson(allowed, value))) return;
  report(
    'not-allowed',
    steps,
    `${quote(value)} is not allowed${suggestAllowed(String(value), schema.enum.map(String))}`,
  );
}

function checkType(schema: Schema, value: unknown, steps: Steps, report: Report): boolean {
  if (value === null && schema.nullable === true) return true;
  if (schema.type === undefined || hasType(schema.type, value)) return true;
  wrongType(value, TYPE_NAMES[schema.type], steps, report);
  return false;
}

function hasType(type: NonNullable<Schema['type']>, value: unknown): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function wrongType(value: unknown, wanted: string, steps: Steps, report: Report): void {
  report('wrong-type', steps, explainType(wanted, value, steps.at(-1)));
}

function checkText(schema: Schema, value: string, steps: Steps, report: Report): void {
  const { minLength = 0, maxLength = Infinity } = schema;
  if (value.length > maxLength && countCharacters(value) > maxLength) {
    report('too-long', steps, `has ${countCharacters(value)} characters; at most ${maxLength} are allowed`);
    return;
  }
  if (value.length < minLength * 2 && countCharacters(value) < minLength) {
    const found = value === '' ? 'is empty' : `has ${countCharacters(value)} characters`;
    report(
      'too-short',
      steps,
      `${found}; at least ${minLength} ${minLength === 1 ? 'character is' : 'characters are'} needed`,
    );
  }
  checkForm(schema, value, steps, report);
}

function checkForm(schema: Schema, value: string, steps: Steps, report: Report): void {
  if (schema.pattern !== undefined) checkPattern(schema.pattern, value, steps, report);
  if (schema.format === 'date-time' && !isDateTime(value)) {
    report('format', steps, `${quote(value)} must be a time as in RFC 3339, e.g. 2026-12-31T18:00:00Z`);
  }
}

/** The patterns of durations in Flux's CRDs and ours end in a choice of units. */
const UNITS = /\(ms\|s\|m(?:\|h)?\)/;

function checkPattern(pattern: string, value: string, steps: Steps, report: Report): void {
  if (!patternOf(pattern).test(value)) {
    report('pattern', steps, `${quote(value)} must match ${pattern}${explainPattern(pattern)}`);
    return;
  }
  const wrong = UNITS.test(pattern) ? checkDuration(value) : undefined;
  if (wrong !== undefined) report('duration', steps, wrong);
}

/** Counts characters as Kubernetes does, by code points. */
function countCharacters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

const PATTERNS = new Map<string, RegExp>();

/** Compiles each pattern once. The number of patterns is bounded by the schemas. */
function patternOf(pattern: string): RegExp {
  const known = PATTERNS.get(pattern) ?? new RegExp(pattern, 'u');
  PATTERNS.set(pattern, known);
  return known;
}

function checkNumber(schema: Schema, value: number, steps: Steps, report: Report): void {
  if (schema.minimum !== undefined && value < schema.minimum) {
    report('too-small', steps, `is ${value}; at least ${schema.minimum} is needed`);
  }
  if (schema.maximum !== undefined && value > schema.maximum) {
    report('too-large', steps, `is ${value}; at most ${schema.maximum} is allowed`);
  }
}

function checkList(schema: Schema, list: readonly unknown[], steps: MutableSteps, report: Report): void {
  if (schema.maxItems !== undefined && list.length > schema.maxItems) {
    report('too-many', steps, `has ${list.length} items; at most ${schema.maxItems} are allowed`);
    return;
  }
  if (schema.minItems !== undefined && list.length < schema.minItems) {
    report('too-few', steps, `has ${list.length} items; at least ${schema.minItems} are needed`);
  }
  const { items } = schema;
  if (items !== undefined) {
    list.forEach((item, i) => {
      checkInner(items, i, item, steps, report);
    });
  }
  checkUnique(schema, list, steps, report);
}

function checkUnique(schema: Schema, list: readonly unknown[], steps: Steps, report: Report): void {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (keys === undefined && schema['x-kubernetes-list-type'] !== 'set') return;
  const first = new Map<string, number>();
  list.forEach((item, i) => {
    const parts = identify(item, keys);
    if (parts === undefined) return;
    const key = JSON.stringify(parts);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, i);
      return;
    }
    const named = parts.map((part, k) =>
      keys === undefined ? quote(part) : `${keys[k] ?? ''} ${quote(part)}`,
    );
    report(
      'duplicate',
      [...steps, i],
      `${named.join(', ')} stands already at ${joinPath('', [...steps, earlier])}`,
    );
  });
}

/** Reads what makes a list's item unique; undefined if the item lacks it, which other checks report. */
function identify(item: unknown, keys: readonly string[] | undefined): unknown[] | undefined {
  if (keys === undefined) return typeof item === 'string' ? [item] : undefined;
  return isObject(item) && keys.every((key) => item[key] !== undefined)
    ? keys.map((key) => item[key])
    : undefined;
}

function checkObject(
  schema: Schema,
  value: Record<string, unknown>,
  steps: MutableSteps,
  report: Report,
): void {
  for (const field of schema.required ?? []) {
    if (value[field] === undefined) report('missing-field', [...steps, field], 'is required');
  }
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  if (schema.maxProperties !== undefined && names.length > schema.maxProperties) {
    report('too-many', steps, `has ${names.length} fields; at most ${schema.maxProperties} are allowed`);
  }
  if (schema.minProperties !== undefined && names.length < schema.minProperties) {
    report('too-few', steps, `has ${names.length} fields; at least ${schema.minProperties} are needed`);
  }
  for (const name of names) checkField(schema, name, value[name], steps, report);
}

function checkInner(
  schema: Schema,
  step: string | number,
  value: unknown,
  steps: MutableSteps,
  report: Report,
): void {
  steps.push(step);
  checkValue(schema, value, steps, report);
  steps.pop();
}

const NO_FIELDS: Readonly<Record<string, Schema>> = {};

function checkField(schema: Schema, name: string, value: unknown, steps: MutableSteps, report: Report): void {
  const { properties = NO_FIELDS, additionalProperties } = schema;
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property !== undefined) {
    checkInner(property, name, value, steps, report);
  } else if (typeof additionalProperties === 'object') {
    checkInner(additionalProperties, name, value, steps, report);
  } else if (!allowsUnknown(schema)) {
    report('unknown-field', [...steps, name], `unknown field${suggestField(name, properties)}`);
  }
}

/** The fields of an object of a schema, and what was suggested for unknown ones. */
const knownFields = memoize((properties: object) => ({
  names: Object.keys(properties),
  suggested: new Map<string, string>(),
}));

/** The most suggestions that are kept for one object of a schema, and the longest name for which one is. */
const MAX_KEPT = 500;
const MAX_KEPT_NAME = 64;

/** {@link suggest} for an unknown field. Many objects inherit the same one, so the last suggestions are kept. */
function suggestField(name: string, properties: object): string {
  const { names, suggested } = knownFields(properties);
  const known = suggested.get(name);
  if (known !== undefined) return known;
  const found = suggest(name, names);
  if (suggested.size >= MAX_KEPT) suggested.clear();
  if (name.length <= MAX_KEPT_NAME) suggested.set(name, found);
  return found;
}

function allowsUnknown(schema: Schema): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true)
    return true;
  return schema.properties === undefined && schema.type === undefined;
}
