import type { Json } from '../../../src/api/object.ts';
import { isObject, valueAt } from '../../../src/core/values/json.ts';
import type { Steps } from '../../../src/core/values/path.ts';

/** Values by the fields that hold them, in whatever blueprints: what a field may also be. */
export class Pool {
  readonly #values = new Map<string, Map<string, Json>>();

  /** Takes up everything below a value. */
  add(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.add(item);
    if (!isObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      const known = this.#values.get(key) ?? new Map<string, Json>();
      this.#values.set(key, known.set(JSON.stringify(inner), inner));
      this.add(inner);
    }
  }

  /** What a field of this name may hold, the shortest first. */
  valuesOf(key: string): Json[] {
    const known = [...(this.#values.get(key) ?? [])];
    return known.sort(([a], [b]) => a.length - b.length).map(([, value]) => value);
  }
}

/** The blueprint with what is at a path changed, in all ways that may make sense, the smallest first. */
export function* changeLine(blueprint: Json, steps: Steps, pool: Pool): Generator<Json> {
  const value = valueAt(blueprint, steps);
  for (const other of [...similarTo(value), ...valuesFor(steps, pool)])
    if (JSON.stringify(other) !== JSON.stringify(value)) yield replaceAt(blueprint, steps, other);
  yield replaceAt(blueprint, steps, undefined);
  // A name changes with all that refers to it.
  if (typeof value === 'string') yield rename(blueprint, value, `${value}x`);
  if (value === 'oci')
    yield renameText(replaceAt(blueprint, steps, 'default'), steps.slice(0, 3), /^oci:/, 'https:');
  if (typeof steps.at(-1) === 'string') yield* changeBlock(blueprint, steps);
}

/** Other blocks in place of the one at a path, in all environments, and with nothing beside it that would not fit. */
function* changeBlock(blueprint: Json, steps: Steps): Generator<Json> {
  const item = steps.slice(0, -1);
  const name = valueAt(blueprint, [...item, 'name']);
  const from = String(steps.at(-1));
  for (const [block, body] of BLOCKS) {
    yield replaceAt(replaceAt(blueprint, steps, undefined), [...item, block], body);
    yield replaceBlock(blueprint, { name, from, block, body });
  }
  for (const body of BODIES) {
    const cleared = clearItems(blueprint, name);
    yield replaceAt(cleared, item, { ...(valueAt(cleared, item) as object), ...body });
  }
}

/** What an item may be instead, with a source of its own where it needs one. */
const BODIES: readonly Record<string, Json>[] = [
  { object: { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository', spec: {} } },
  {
    helm: { url: 'https://example.com/x' },
    helmRelease: { releaseName: 'x', chart: { spec: { chart: 'x' } } },
  },
  { git: { url: 'https://example.com/x.git' }, kustomization: {} },
];

/** All items of a name with nothing but what places them. */
function clearItems(value: Json, name: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => clearItems(item, name));
  if (!isObject(value)) return value;
  const isOne = value['name'] === name && !('apiVersion' in value);
  const entries = Object.entries(value).filter(([key]) => !isOne || key === 'name' || key === 'dependsOn');
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, inner === undefined ? inner : clearItems(inner, name)]),
  );
}

const BLOCKS: readonly (readonly [string, Json])[] = [
  ['bucket', { bucketName: 'b', endpoint: 'example.com' }],
  ['git', { url: 'https://example.com/x.git', ref: { branch: 'main' } }],
  ['oci', { url: 'oci://example.com/x', ref: { tag: '1' } }],
  ['helm', { url: 'https://example.com/x' }],
  ['helmRelease', { chart: { spec: { chart: 'x' } } }],
  ['helmRelease', {}],
  ['kustomization', {}],
];

/** How many of the values are tried that others have. */
const MOST = 12;

function valuesFor(steps: Steps, pool: Pool): Json[] {
  const key = steps.findLast((step) => typeof step === 'string');
  if (typeof key !== 'string') return [];
  return pool
    .valuesOf(key)
    .slice(0, MOST)
    .flatMap((value) => (typeof steps.at(-1) === 'number' ? [value].flat() : [value]));
}

function similarTo(value: Json | undefined): Json[] {
  if (value === 'HelmChart') return ['ExternalArtifact'];
  if (typeof value === 'string') return [`${value}x`, `${value}-x`, '77m', '7s', `${value}/x`, `x${value}`];
  if (typeof value === 'number') return [value + 1, value - 1, value * 2];
  return typeof value === 'boolean' ? [!value] : [];
}

/** A copy with another value at a path; undefined takes it away. What is missing on the way is made. */
export function replaceAt(value: Json | undefined, steps: Steps, to: Json | undefined): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return to ?? null;
  if (typeof step === 'number') return replaceIn(Array.isArray(value) ? [...value] : [], [step, ...rest], to);
  const object = isObject(value) ? { ...value } : {};
  if (rest.length === 0 && to === undefined) Reflect.deleteProperty(object, step);
  else object[step] = replaceAt(object[step], rest, to);
  return object;
}

function replaceIn(list: Json[], [step, ...rest]: [number, ...Steps], to: Json | undefined): Json[] {
  // A list has no holes.
  if (step > list.length) return list;
  if (rest.length === 0 && to === undefined) list.splice(step, 1);
  else list[step] = replaceAt(list[step], rest, to);
  return list;
}

function rename(value: Json, from: string, to: string): Json {
  if (typeof value === 'string')
    return value
      .split('/')
      .map((part) => (part === from ? to : part))
      .join('/');
  if (Array.isArray(value)) return value.map((item) => rename(item, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inner === undefined ? inner : rename(inner, from, to)]),
  );
}

/** Another block in all items of a name that have one. */
function replaceBlock(
  value: Json,
  change: { name: Json | undefined; from: string; block: string; body: Json },
): Json {
  if (Array.isArray(value)) return value.map((item) => replaceBlock(item, change));
  if (!isObject(value)) return value;
  const isOne = value['name'] === change.name && value[change.from] !== undefined;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    if (inner === undefined) return [];
    return isOne && key === change.from
      ? [[change.block, change.body]]
      : [[key, replaceBlock(inner, change)]];
  });
  return Object.fromEntries(entries);
}

/** All texts below a path that begin so, with another begin. */
function renameText(blueprint: Json, below: Steps, from: RegExp, to: string): Json {
  const text = JSON.stringify(valueAt(blueprint, below) ?? null, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(from, to) : value,
  );
  return replaceAt(blueprint, below, JSON.parse(text) as Json);
}
