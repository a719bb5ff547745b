import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import type { FluxKind } from '../../kinds/kind.ts';
import { REPLACED, dropOtherMembers } from '../../kinds/overlay.ts';
import type { Problems } from '../../validation/problem.ts';
import { clone, isObject, own } from '../../values/json.ts';
import { fieldPath, itemPath } from '../../values/path.ts';
import { KnownNames } from '../../values/suggest.ts';
import { type NamedList, findMissing } from './find-missing.ts';
import { nameOf, objectsOf } from './named-items.ts';
import { Omitted } from './omitted.ts';
import type { SourceMap } from './source-map.ts';

/** Groups of fields of which an item has one: an override that names another member replaces the first. */
const UNIONS: readonly (readonly string[])[] = [
  ['source', ...SOURCE_BLOCKS, 'sourceRef'],
  [...COMPONENT_BLOCKS, 'object', 'components'],
];

const KINDS: ReadonlyMap<string, FluxKind> = new Map(
  Object.entries<FluxKind>({ ...SOURCE_KINDS, ...COMPONENT_KINDS }),
);

/** Where a value is merged to, and where it was written. */
interface Place {
  /** Its path in the merged spec. */
  at: string;
  /** Its path in the blueprint. */
  path: string;
}

/** A list to merge by the names of its items. `at` is the merged list, `path` the list of overrides. */
interface ListOverride extends Place {
  what: NamedList;
  /** The list of the blueprint; any other value counts as an empty list. */
  base: Json | undefined;
  overrides: readonly JsonObject[];
  /** The layer of `components`; empty for other lists. */
  layer: string;
}

/** A list while it is merged. */
interface MergedList {
  items: JsonObject[];
  /** The path at which each item was written. */
  written: string[];
  /** The names of the blueprint's own items, to suggest from. */
  names: KnownNames;
}

/** A change of one item. */
interface Change {
  item: JsonObject;
  override: JsonObject;
  path: string;
}

/** Merges the overrides of one environment into a copy of the blueprint, and records where each part was written. */
export class Override {
  /** What the environment leaves out; complete once all lists are merged. */
  readonly omitted = new Omitted();
  readonly #sourceMap: SourceMap;
  readonly #problems: Problems;
  readonly #defaults: JsonObject;

  /** `defaults` are those of the environment. An added item need not repeat what they provide. */
  constructor(sourceMap: SourceMap, problems: Problems, defaults: JsonObject) {
    this.#sourceMap = sourceMap;
    this.#problems = problems;
    this.#defaults = defaults;
  }

  /**
   * Merges a value into a field of `target`: objects merge deeply, everything else is replaced. `data` says that the
   * field lies in the `values` of a chart, where no name has a meaning of its own.
   */
  mergeField(target: JsonObject, key: string, value: Json, place: Place & { data?: boolean }): void {
    const { at, path, data = false } = place;
    const present = own(target, key);
    if (!isObject(value) || !isObject(present) || (!data && REPLACED.has(key))) {
      target[key] = clone(value);
      this.#sourceMap.record(at, path);
      return;
    }
    if (!data) dropReplaced(present, value, KINDS.get(key)?.merge.unions);
    for (const [name, inner] of Object.entries(value).filter(isPresent)) {
      const below = { at: fieldPath(at, name), path: fieldPath(path, name), data: data || key === 'values' };
      this.mergeField(present, name, inner, below);
    }
  }

  /** Merges a list by the names of its items: `omit: true` leaves an item out, an unknown name adds one. */
  mergeList(list: ListOverride): Json[] {
    const { at, path } = list;
    const items = objectsOf(list.base);
    const written = items.map((_, i) => this.#sourceMap.locate(itemPath(at, i)));
    const known = new Map(items.map((item) => [item['name'], item]));
    const names = new KnownNames(items.map(nameOf));
    const changes: Change[] = [];
    const omitted = new Set<JsonObject>();
    this.#checkOnce(list);
    list.overrides.forEach((override, k) => {
      const from = itemPath(path, k);
      const found = known.get(override['name']);
      this.#checkOmit(override, from);
      if (found === undefined) this.#add(list, override, from, { items, written, names });
      else if (leavesOut(found, override)) omitted.add(found);
      else changes.push({ item: found, override, path: from });
    });
    for (const item of omitted) this.omitted.record(list.what, list.layer, item);
    return this.#applyChanges(at, { items, written }, omitted, changes);
  }

  #applyChanges(
    at: string,
    { items, written }: Pick<MergedList, 'items' | 'written'>,
    omitted: ReadonlySet<JsonObject>,
    changes: readonly Change[],
  ): JsonObject[] {
    const position = new Map<JsonObject, number>();
    const kept = items.filter((item, i) => {
      if (omitted.has(item)) return false;
      this.#sourceMap.record(itemPath(at, position.size), written[i] ?? at);
      position.set(item, position.size);
      return true;
    });
    for (const change of changes) {
      const index = position.get(change.item) ?? 0;
      // Only changed items are copied, because fifty environments of a thousand components are mostly the same.
      const item = kept[index] === change.item ? clone(change.item) : (kept[index] ?? {});
      kept[index] = item;
      this.#overrideItem(item, change.override, { at: itemPath(at, index), path: change.path });
    }
    return kept;
  }

  #checkOnce({ what, overrides, path }: ListOverride): void {
    // The schema checks the lists of the environment itself, but not the lists inside their items.
    if (what !== 'components') return;
    const seen = new Set<unknown>();
    overrides.forEach((override, k) => {
      if (seen.has(override['name'])) {
        this.#problems.add(
          'duplicate',
          itemPath(path, k),
          `${JSON.stringify(nameOf(override).slice(0, 64))} stands here twice`,
        );
      }
      seen.add(override['name']);
    });
  }

  #checkOmit(override: JsonObject, path: string): void {
    const omit = own(override, 'omit');
    if (omit === undefined || typeof omit === 'boolean') return;
    this.#problems.add('wrong-type', `${path}.omit`, 'must be true or false');
  }

  #add(list: ListOverride, override: JsonObject, path: string, merged: MergedList): void {
    const missing =
      override['omit'] === true
        ? 'so it cannot be left out'
        : findMissing(list.what, override, this.#defaults);
    if (missing === undefined) {
      const added = clone(override);
      Reflect.deleteProperty(added, 'omit');
      merged.items.push(added);
      merged.written.push(path);
      return;
    }
    // No schema has checked the name, so it may have any length.
    const name = nameOf(override).slice(0, 64);
    this.#problems.add(
      'unknown-name',
      `${path}.name`,
      `none of \`${list.what}\` is named ${JSON.stringify(name)}, ${missing}`,
      merged.names.suggest(name),
    );
  }

  #overrideItem(item: JsonObject, override: JsonObject, { at, path }: Place): void {
    dropReplaced(item, override, UNIONS);
    for (const [key, value] of Object.entries(override)) {
      if (value === undefined || key === 'name' || key === 'omit') continue;
      const place = { at: fieldPath(at, key), path: fieldPath(path, key) };
      if (key === 'components' && Array.isArray(value) && value.every(isObject)) {
        const base = own(item, key);
        item[key] = this.mergeList({ what: key, base, overrides: value, layer: nameOf(item), ...place });
      } else {
        this.mergeField(item, key, value, place);
      }
    }
  }
}

function dropReplaced(
  target: JsonObject,
  value: JsonObject,
  unions: readonly (readonly string[])[] = [],
): void {
  for (const union of unions) dropOtherMembers(target, value, union);
}

/** Whether an override leaves an item out, by its own `omit` or by that of each of its components. */
function leavesOut(item: JsonObject, override: JsonObject): boolean {
  if (override['omit'] === true) return true;
  const [components, overrides] = [own(item, 'components'), own(override, 'components')];
  if (!Array.isArray(components) || !Array.isArray(overrides) || components.length === 0) return false;
  const omitted = objectsOf(overrides).filter(({ omit }) => omit === true);
  const names = new Set(omitted.map(nameOf));
  return (
    omitted.length === overrides.length && components.every((one) => isObject(one) && names.has(nameOf(one)))
  );
}

function isPresent(entry: [string, Json | undefined]): entry is [string, Json] {
  return entry[1] !== undefined;
}
