import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type Environment, SOURCE_BLOCKS, type Spec } from '../../../api/schema/spec.ts';
import { isObject, own } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import { weigh } from '../../values/weigh.ts';
import type { Expense } from './expense.ts';
import { weighDefaults } from './layer-weight.ts';

/** How many objects each layer becomes in each environment; `environment` is undefined where there are none. */
export type ObjectCounts = readonly {
  environment: string | undefined;
  byLayer: ReadonlyMap<string, number>;
}[];

/** What a reference to a generated object takes in an alert or receiver that names none itself, in bytes. */
const REFERENCE = 200;

/** Counts what a blueprint asks for outside of its layers. `common` is what every object gets, in bytes. */
export function weighOthers(spec: Spec, counts: ObjectCounts, common: number, expense: Expense): void {
  weighSources(spec, common, expense);
  weighNotifications(spec, counts, common, expense);
  (spec.secrets?.externalSecrets ?? []).forEach((item, i) => {
    expense.add(itemPath('spec.secrets.externalSecrets', i), weigh(item) + common, counts.length);
  });
  (spec.namespaces ?? []).forEach((namespace, i) => {
    expense.add(itemPath('spec.namespaces', i), weigh(namespace) + common, 1);
  });
  const { creationRules = [], age } = spec.secrets?.sops ?? {};
  const rules = weigh(creationRules) + creationRules.length * weigh(age?.recipients);
  expense.add('spec.secrets.sops.creationRules', rules, 1);
}

/** Sources that an environment changes exist in every environment, the others once. */
function weighSources(spec: Spec, common: number, expense: Expense): void {
  const environments: readonly Partial<Environment>[] = spec.environments ?? [];
  const changed = new Set(environments.flatMap(({ sources = [] }) => sources.map(({ name }) => name)));
  const inherited = [spec, ...environments].map(({ defaults }) => weighDefaults(defaults));
  const weighSource = (source: JsonObject, path: string, objects: number): void => {
    const blocks = SOURCE_BLOCKS.filter((block) => own(source, block) !== undefined);
    const bytes = weigh(source) + weighIgnore(own(source, 'onlyPaths')) + common;
    expense.add(path, bytes, objects);
    expense.noteManifest(path, bytes);
    for (const block of blocks) {
      const defaults = inherited.reduce((most, weights) => Math.max(most, weights.get(block) ?? 0), 0);
      expense.add(`spec.defaults.${block}`, defaults * 2, objects);
    }
  };
  (spec.sources ?? []).forEach((source, i) => {
    const objects = changed.has(source.name) ? environments.length : 1;
    weighSource(source, itemPath('spec.sources', i), objects);
  });
  environments.forEach(({ sources = [] }, i) => {
    const path = `${itemPath('spec.environments', i)}.sources`;
    sources.forEach((source, j) => {
      weighSource(source, itemPath(path, j), 1);
    });
  });
}

/** What `onlyPaths` becomes: two lines for every folder on the way to each of them. */
function weighIgnore(folders: unknown): number {
  if (!Array.isArray(folders)) return 0;
  return folders.reduce<number>((sum, folder) => {
    if (typeof folder !== 'string') return sum;
    return sum + folder.length * folder.split('/').length + 16;
  }, 0);
}

function weighNotifications(spec: Spec, counts: ObjectCounts, common: number, expense: Expense): void {
  const { providers = [], alerts = [], receivers = [] } = spec.notifications ?? {};
  const path = 'spec.notifications';
  const add = (at: string, bytes: number): void => {
    expense.add(at, bytes + common, 1);
    expense.noteManifest(at, bytes + common);
  };
  providers.forEach((item, i) => {
    add(itemPath(`${path}.providers`, i), weigh(item));
  });
  alerts.forEach((item, i) => {
    const { layers, environments } = item;
    const objects = countObjects(counts, new Set(layers), new Set(environments));
    const listed = own(item, 'eventSources');
    const references = listed === undefined ? objects * REFERENCE : weigh(listed) * counts.length;
    add(itemPath(`${path}.alerts`, i), weigh(item) + references);
  });
  const sources = (spec.sources ?? []).length * counts.length + countInPlace(spec, counts.length);
  receivers.forEach((item, i) => {
    const listed = own(item, 'resources');
    const references = listed === undefined ? sources * REFERENCE : weigh(listed) * counts.length;
    add(itemPath(`${path}.receivers`, i), weigh(item) + references);
  });
}

/** Counts the objects of the named layers and environments; an empty set stands for all. */
function countObjects(
  counts: ObjectCounts,
  layers: ReadonlySet<string>,
  environments: ReadonlySet<string>,
): number {
  let sum = 0;
  for (const { environment = '', byLayer } of counts) {
    if (environments.size > 0 && !environments.has(environment)) continue;
    for (const [layer, objects] of byLayer) if (layers.size === 0 || layers.has(layer)) sum += objects;
  }
  return sum;
}

/** Counts the sources in place, in all environments. */
function countInPlace(spec: Spec, environments: number): number {
  const items = (spec.layers ?? []).flatMap((layer) => layer.components ?? [layer]);
  const inPlace = items.filter(
    (item) => isObject(item) && SOURCE_BLOCKS.some((block) => own(item, block) !== undefined),
  );
  return inPlace.length * environments;
}
