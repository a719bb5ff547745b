import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import type { FluxKind } from '../../kinds/kind.ts';
import { FLUX_SCHEMAS } from '../../kinds/flux-schemas.generated.ts';
import { clone, isObject, own, valueAt } from '../../values/json.ts';
import { REPLACED, dropOtherMembers } from '../../kinds/overlay.ts';
import type { Moves } from './source-map.ts';
import { suggest } from '../../values/suggest.ts';
import { Omitted } from './bridge-omitted.ts';
import { fieldPath, itemPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';

/** The lists that an environment merges by name. */
type NamedList = 'sources' | 'layers' | 'components';

/** What an item says by which field: naming another member of a group replaces the first. */
const UNIONS: readonly (readonly string[])[] = [
  ['source', ...SOURCE_BLOCKS, 'sourceRef'],
  [...COMPONENT_BLOCKS, 'object', 'components'],
];

const KINDS: ReadonlyMap<string, FluxKind> = new Map(
  Object.entries<FluxKind>({ ...SOURCE_KINDS, ...COMPONENT_KINDS }),
);

/** A list that is merged, and where its parts are. */
interface List {
  what: NamedList;
  base: Json | undefined;
  overrides: readonly JsonObject[];
  /** Path of the merged list. */
  at: string;
  /** Path of the overrides. */
  path: string;
  /** The layer of `components`. */
  layer: string;
}

/** Merges what an environment says into a copy of the blueprint, and notes where each part was written. */
export class Override {
  /** What the environment leaves out. */
  readonly omitted = new Omitted();
  readonly #moves: Moves;
  readonly #problems: Problems;
  readonly #defaults: JsonObject;

  /** `defaults` are those of the environment: what they give to an addition it need not say itself. */
  constructor(moves: Moves, problems: Problems, defaults: JsonObject) {
    this.#moves = moves;
    this.#problems = problems;
    this.#defaults = defaults;
  }

  /** Merges one field: objects deeply, everything else as a whole. Inside a chart's `values` every name is data. */
  field(target: JsonObject, key: string, value: Json, parent: string, path: string, data = false): void {
    const present = own(target, key);
    const at = fieldPath(parent, key);
    if (!isObject(value) || !isObject(present) || (!data && REPLACED.has(key))) {
      target[key] = clone(value);
      this.#moves.note(at, path);
      return;
    }
    if (!data) dropReplaced(present, value, KINDS.get(key)?.merge.unions);
    const below = data || key === 'values';
    for (const [name, inner] of Object.entries(value).filter(isPresent))
      this.field(present, name, inner, at, fieldPath(path, name), below);
  }

  /** Merges a list by the names of its items; `omit: true` leaves one out, an unknown name adds one. */
  list(list: List): Json[] {
    const { what, at, path } = list;
    const items = Array.isArray(list.base) ? list.base.filter(isObject) : [];
    const written = items.map((_, i) => this.#moves.locate(itemPath(at, i)));
    const known = new Map(items.map((item) => [item['name'], item]));
    const changes: { item: JsonObject; override: JsonObject; path: string }[] = [];
    const omitted = new Set<JsonObject>();
    this.#checkOnce(list);
    list.overrides.forEach((override, k) => {
      const from = itemPath(path, k);
      const found = known.get(override['name']);
      this.#checkOmit(override, from);
      if (found === undefined) this.#add(list, override, from, items, written);
      else if (leavesOut(found, override)) omitted.add(found);
      else changes.push({ item: found, override, path: from });
    });
    for (const item of omitted) this.omitted.note(what, list.layer, item);
    const position = new Map<JsonObject, number>();
    const kept = items.filter((item, i) => {
      if (omitted.has(item)) return false;
      this.#moves.note(itemPath(at, position.size), written[i] ?? at);
      position.set(item, position.size);
      return true;
    });
    for (const change of changes) {
      const index = position.get(change.item) ?? 0;
      // Only what is changed is copied: fifty environments of a thousand components are mostly the same.
      const item = kept[index] === change.item ? clone(change.item) : (kept[index] ?? {});
      kept[index] = item;
      this.#overrideItem(item, change.override, itemPath(at, index), change.path);
    }
    return kept;
  }

  #checkOnce({ what, overrides, path }: List): void {
    // The schema sees to the lists of the environment itself; what lies deeper it does not know.
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

  #add(list: List, override: JsonObject, path: string, items: JsonObject[], written: string[]): void {
    const missing = override['omit'] === true ? 'so it cannot be left out' : this.#lacks(list.what, override);
    if (missing === undefined) {
      const added = clone(override);
      Reflect.deleteProperty(added, 'omit');
      items.push(added);
      written.push(path);
      return;
    }
    // It may be of any length: no schema has looked at it.
    const name = nameOf(override).slice(0, 64);
    const known = Array.isArray(list.base) ? list.base.filter(isObject).map(nameOf) : [];
    this.#problems.add(
      'unknown-name',
      `${path}.name`,
      `none of \`${list.what}\` is named ${JSON.stringify(name)}, ${missing}${suggest(name, known)}`,
    );
  }

  /** What an addition lacks to be one; undefined where it is complete. */
  #lacks(what: NamedList, override: JsonObject): string | undefined {
    const has = (member: string): boolean => own(override, member) !== undefined;
    if (what !== 'sources') {
      const members = [...COMPONENT_BLOCKS, 'object', ...(what === 'layers' ? ['components'] : [])];
      return members.some(has) ? undefined : `and as an addition it lacks one of ${members.join(', ')}`;
    }
    if (has('sourceRef')) return undefined;
    const block = SOURCE_BLOCKS.find(has);
    if (block === undefined)
      return `and as an addition it lacks one of ${[...SOURCE_BLOCKS, 'sourceRef'].join(', ')}`;
    const kind = SOURCE_KINDS[block];
    const missing = (FLUX_SCHEMAS[`${kind.group}/${kind.kind}`]?.spec.required ?? []).find(
      (field) =>
        own(kind.defaults, field) === undefined &&
        valueAt(override, [block, field]) === undefined &&
        valueAt(this.#defaults, [block, field]) === undefined,
    );
    return missing === undefined ? undefined : `and as an addition it lacks \`${block}.${missing}\``;
  }

  #overrideItem(item: JsonObject, override: JsonObject, at: string, path: string): void {
    dropReplaced(item, override, UNIONS);
    for (const [key, value] of Object.entries(override)) {
      if (value === undefined || key === 'name' || key === 'omit') continue;
      const from = fieldPath(path, key);
      if (key === 'components' && Array.isArray(value) && value.every(isObject)) {
        const [base, merged] = [own(item, key), `${at}.components`];
        item[key] = this.list({
          what: key,
          base,
          overrides: value,
          at: merged,
          path: from,
          layer: nameOf(item),
        });
      } else {
        this.field(item, key, value, at, from);
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

/** Whether an override leaves an item out: it says so, or says so of each of its components. */
function leavesOut(item: JsonObject, override: JsonObject): boolean {
  if (override['omit'] === true) return true;
  const [components, overrides] = [own(item, 'components'), own(override, 'components')];
  if (!Array.isArray(components) || !Array.isArray(overrides) || components.length === 0) return false;
  const omitted = overrides.filter(isObject).filter(({ omit }) => omit === true);
  const names = new Set(omitted.map(nameOf));
  return (
    omitted.length === overrides.length && components.every((one) => isObject(one) && names.has(nameOf(one)))
  );
}

function isPresent(entry: [string, Json | undefined]): entry is [string, Json] {
  return entry[1] !== undefined;
}

/** The name of an item; empty where it has none, which is refused elsewhere. */
function nameOf(item: JsonObject): string {
  const name = item['name'];
  return typeof name === 'string' ? name : '';
}
