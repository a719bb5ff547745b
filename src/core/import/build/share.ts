import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { REPLACED } from '../../kinds/overlay.ts';
import { clone, emptyObject, isObject, objectIn, own, sortKeys, valueAt } from '../../values/json.ts';

/** Fields that belong to one object: nothing is won by sharing them. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'chart',
  'chartRef',
  'sourceRef',
  'path',
  'dependsOn',
  'values',
  'releaseName',
  'healthChecks',
  'ref',
  'url',
]);

/** Fields that say where something goes: only what nearly all have is shared. */
const PLACES: ReadonlySet<string> = new Set([
  'targetNamespace',
  'storageNamespace',
  'namePrefix',
  'nameSuffix',
  'commonMetadata',
]);

/** The deepest fields that are shared one by one. */
const MAX_DEPTH = 6;

/** What finding shared values needs to know. */
export interface Sharing {
  /** What all of the specs inherit already. */
  base: JsonObject;
  /** What it costs a spec to do without an inherited value, in characters beside the path. */
  unsetCost: number;
  /** How many characters less a shared value must take. */
  worthwhile: number;
}

/** A field, and the values that specs have there. */
interface Field {
  steps: readonly string[];
  counts: Map<string, { value: Json; count: number }>;
  present: number;
}

/**
 * The fields that are shorter said once for all of the specs: those that most have alike. Where one lacks such a field
 * it does without it, which costs something too. The result is merged over the base.
 */
export function findShared(
  specs: readonly JsonObject[],
  { base, unsetCost, worthwhile }: Sharing,
): JsonObject {
  const shared = emptyObject();
  if (specs.length < 2) return shared;
  for (const field of collectFields(specs).values()) {
    const best = [...field.counts.values()].reduce((a, b) => (b.count > a.count ? b : a));
    const before = valueAt(base, field.steps);
    const current = before === undefined ? undefined : textOf(before);
    if (current === textOf(best.value) || isBelowValue(base, field.steps)) continue;
    const cost = (value: string | undefined): number => costOf(field, value, specs.length, unsetCost);
    // What few have would surprise whoever adds the next.
    if (best.count <= specs.length * (PLACES.has(field.steps[0] ?? '') ? 0.8 : 0.5)) continue;
    const saved = cost(current) - cost(textOf(best.value)) - lengthOf(field, textOf(best.value));
    if (saved >= worthwhile) setAt(shared, field.steps, clone(best.value));
  }
  return shared;
}

/** Whether the base has a value at a field above, which the field would replace. */
function isBelowValue(base: JsonObject, steps: readonly string[]): boolean {
  return steps.some((_, i) => i > 0 && isLeaf(steps[i - 1] ?? '', valueAt(base, steps.slice(0, i))));
}

function isLeaf(key: string, value: Json | undefined): boolean {
  return value !== undefined && (!isObject(value) || REPLACED.has(key));
}

function textOf(value: Json): string {
  return JSON.stringify(sortKeys(value));
}

/** What all specs together must say where they inherit a value, in characters. */
function costOf(field: Field, inherited: string | undefined, specs: number, unsetCost: number): number {
  let cost =
    inherited === undefined ? 0 : (specs - field.present) * (field.steps.join('.').length + unsetCost);
  for (const [text, { count }] of field.counts) if (text !== inherited) cost += count * lengthOf(field, text);
  return cost;
}

function lengthOf({ steps }: Field, text: string): number {
  return steps.join(': {}').length + text.length + 4;
}

function collectFields(specs: readonly JsonObject[]): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const spec of specs)
    for (const [key, value] of Object.entries(spec))
      if (!OWN_FIELDS.has(key) && value !== undefined) collect(value, [key], fields);
  return fields;
}

function collect(value: Json, steps: readonly string[], fields: Map<string, Field>): void {
  if (isObject(value) && mergesDeeply(value, steps)) {
    for (const [key, inner] of Object.entries(value))
      if (inner !== undefined) collect(inner, [...steps, key], fields);
    return;
  }
  const id = JSON.stringify(steps);
  const field: Field = fields.get(id) ?? { steps, counts: new Map(), present: 0 };
  fields.set(id, field);
  const text = textOf(value);
  const count = field.counts.get(text)?.count ?? 0;
  field.present += 1;
  field.counts.set(text, { value, count: count + 1 });
}

/** Whether the fields of an object are shared one by one. An empty object has none that could be. */
function mergesDeeply(value: JsonObject, steps: readonly string[]): boolean {
  if (steps.length === 1 && steps[0] === 'decryption') return false;
  return Object.keys(value).length > 0 && !REPLACED.has(steps.at(-1) ?? '') && steps.length < MAX_DEPTH;
}

function setAt(target: JsonObject, steps: readonly string[], value: Json): void {
  const last = steps.at(-1);
  if (last === undefined) return;
  const parent = steps.slice(0, -1).reduce(objectIn, target);
  if (own(parent, last) === undefined) parent[last] = value;
}

/** What all of some maps of texts have alike. */
export function findCommon(maps: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...others] = maps;
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) =>
      others.every((map) => Object.hasOwn(map, key) && map[key] === value),
    ),
  );
}
