import { type Json, objectKey } from '../../../api/object.ts';
import { type Item, originIn, recordDerivedEntries } from '../model/item.ts';
import { isObject, own } from '../../values/json.ts';
import { joinPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';

/**
 * Generated items by the {@link objectKey} of their plain names, the names that they would have without environments.
 */
export type PlainNames = ReadonlyMap<string, readonly Item[]>;

/** Indexes generated items, so that references in Flux's own form find them by their plain names. */
export function indexPlainNames(items: readonly Item[]): PlainNames {
  const index = new Map<string, Item[]>();
  for (const item of items) {
    const key = objectKey(item.kind.kind, item.namespace, item.plainName ?? item.name);
    const known = index.get(key);
    if (known === undefined) index.set(key, [item]);
    else known.push(item);
  }
  return index;
}

/**
 * Rewrites a field of an item that lists references in Flux's own form: an entry that names an object of the blueprint
 * by its plain name becomes one entry for each environment that has the object. Other entries do not change.
 */
export function renameReferences(item: Item, field: string, names: PlainNames): void {
  const list = own(item.spec, field);
  if (!Array.isArray(list)) return;
  const entries = list.flatMap((entry, i) =>
    namesFor(item, entry, names).map((name) => ({ entry, i, name })),
  );
  if (entries.every(({ entry, name }) => !isObject(entry) || own(entry, 'name') === name)) return;
  item.spec[field] = entries.map(({ entry, name }) => (isObject(entry) ? { ...entry, name } : entry));
  const written = entries.map(({ i }) => ({ path: joinPath(item.specPath, [field, i]), moved: true }));
  recordDerivedEntries(item, field, written);
}

/** The names that stand for the one in an entry; that of the entry itself, or undefined, where nothing is renamed. */
function namesFor(item: Item, entry: Json, names: PlainNames): (Json | undefined)[] {
  if (!isObject(entry)) return [undefined];
  const [kind, name, namespace = item.namespace] = ['kind', 'name', 'namespace'].map((field) =>
    own(entry, field),
  );
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') return [name];
  const found = names.get(objectKey(kind, namespace, name)) ?? [];
  return found.length === 0 ? [name] : found.map((one) => one.name).sort();
}

/**
 * Renames the repositories that GitRepositories include to those of their own environment. Refuses a shared source that
 * includes one which each environment has for itself.
 */
export function renameIncludes(items: readonly Item[], problems: Problems): void {
  const names = indexPlainNames(items);
  for (const item of items.filter(({ kind }) => kind.kind === 'GitRepository')) {
    const list = own(item.spec, 'include');
    (Array.isArray(list) ? list : []).forEach((entry, i) => {
      const repository = isObject(entry) ? own(entry, 'repository') : undefined;
      if (!isObject(repository)) return;
      const name = own(repository, 'name');
      const found =
        typeof name === 'string' ? names.get(objectKey('GitRepository', item.namespace, name)) : undefined;
      if (found === undefined) return;
      const same = found.find(
        ({ environment }) => environment === undefined || environment === item.environment,
      );
      if (same !== undefined) repository['name'] = same.name;
      else
        problems
          .within(item)
          .add(
            'unknown-name',
            originIn(item, ['include', i, 'repository', 'name']),
            `each environment has ${JSON.stringify(name)} for itself, and ${item.title} is shared by all: change something of ${item.title} in these environments too`,
          );
    });
  }
}
