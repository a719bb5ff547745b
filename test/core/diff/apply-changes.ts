import type { Json } from '../../../src/api/object.ts';
import type { FieldChange } from '../../../src/core/diff/compare.ts';
import { isObject } from '../../../src/core/values/json.ts';
import { splitPath } from '../../../src/core/values/path.ts';

/** A change as it is told. */
export type Told = Pick<FieldChange, 'path'> & Partial<Pick<FieldChange, 'before' | 'after'>>;

/** Makes changes of a value by what is told of them alone. */
export function applyChanges(value: Json | undefined, changes: readonly Told[]): Json | undefined {
  const steps = changes.map(({ path, before, after }) => ({ before, after, steps: splitPath(path) }));
  return apply(value, steps);
}

function apply(value: Json | undefined, changes: readonly Step[]): Json | undefined {
  const own = changes.find(({ steps }) => steps.length === 0);
  const below = changes.filter(({ steps }) => steps.length > 0);
  if (below.length === 0) return own === undefined ? value : own.after;
  const groups = Map.groupBy(below, ({ steps }) => steps[0] ?? '');
  const inner = (at: Json | undefined, key: string | number): Json | undefined =>
    apply(
      at,
      (groups.get(key) ?? []).map(({ steps, ...rest }) => ({ ...rest, steps: steps.slice(1) })),
    );
  const isList = typeof [...groups.keys()][0] === 'number';
  const result = isList
    ? applyItems(Array.isArray(value) ? value : [], groups, inner)
    : applyFields(value, groups, inner);
  const isEmpty = Object.keys(result as object).length === 0;
  return isEmpty && own?.after === undefined ? undefined : result;
}

interface Step extends Pick<FieldChange, 'before' | 'after'> {
  steps: (string | number)[];
}

type Groups = ReadonlyMap<string | number, readonly Step[]>;
type Inner = (at: Json | undefined, key: string | number) => Json | undefined;

function applyFields(value: Json | undefined, groups: Groups, inner: Inner): Json {
  const fields = new Map(Object.entries(isObject(value) ? value : {}));
  for (const key of groups.keys()) {
    const changed = inner(fields.get(String(key)), key);
    if (changed === undefined) fields.delete(String(key));
    else fields.set(String(key), changed);
  }
  return Object.fromEntries(fields);
}

function applyItems(list: readonly Json[], groups: Groups, inner: Inner): Json {
  const whole = (key: number): Step | undefined => {
    const [only, more] = groups.get(key) ?? [];
    return more === undefined && only?.steps.length === 1 ? only : undefined;
  };
  const items = [...list];
  const keys = [...groups.keys()].map(Number).sort((a, b) => a - b);
  const added = keys.filter((key) => whole(key)?.before === undefined && whole(key) !== undefined);
  const removed = keys.filter((key) => whole(key)?.after === undefined && whole(key) !== undefined);
  for (const key of keys)
    if (!added.includes(key) && !removed.includes(key)) items[key] = inner(list[key], key) ?? null;
  for (const key of removed.toReversed()) items.splice(key, 1);
  for (const key of added) items.splice(key, 0, whole(key)?.after ?? null);
  return items;
}
