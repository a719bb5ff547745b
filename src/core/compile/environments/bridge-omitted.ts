import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { Bound } from '../../../api/schema/shapes/bounds.ts';
import { isObject, own } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import { Bridge } from './bridge.ts';
import { itemsIn, nameOf } from './named-items.ts';
import type { Omitted } from './omitted.ts';
import type { SourceMap } from './source-map.ts';

/** The most items of a spec in which names are replaced. No blueprint of more is accepted. */
const MAX_ITEMS = 20_000;

/** The most names that one `dependsOn` gets. The schema refuses more than a hundred. */
const MAX_NAMES = 300;

/** The most stand-ins that are looked at for one `dependsOn` that is too long already. */
const MAX_LOOKS = 10_000;

/**
 * Replaces, in every `dependsOn` of a spec, the names of omitted items by the names that those depended on: a component
 * that waited for an omitted one still waits for everything that came before it.
 */
export function bridgeOmitted(spec: JsonObject, omitted: Omitted, sourceMap: SourceMap): void {
  if (omitted.layers.size === 0 && omitted.components.size === 0) return;
  if (countItems(spec) > MAX_ITEMS) return;
  const bridge = new Bridge(itemsIn(spec, 'layers'), omitted);
  const rewrite = (item: JsonObject, layer: string | undefined, path: string): JsonObject =>
    rewriteDependsOn(item, path, sourceMap, (name) => bridge.standIns(name, layer));
  mapItems(spec, 'layers', (layer, i) => {
    const path = itemPath('spec.layers', i);
    const next = rewrite(layer, undefined, path);
    mapItems(next, 'components', (component, j) =>
      rewrite(component, nameOf(layer), itemPath(`${path}.components`, j)),
    );
    return next;
  });
  const secrets = own(spec, 'secrets');
  if (!isObject(secrets)) return;
  // The rest of the spec may be shared with other environments, too.
  spec['secrets'] = { ...secrets };
  mapItems(spec['secrets'], 'externalSecrets', (item, i) =>
    rewrite(item, undefined, itemPath('spec.secrets.externalSecrets', i)),
  );
}

/**
 * Replaces a list by a changed one. The items themselves may be shared with other environments, so they do not change.
 */
function mapItems(
  parent: JsonObject,
  field: string,
  change: (item: JsonObject, i: number) => JsonObject,
): void {
  const list = own(parent, field);
  if (Array.isArray(list)) parent[field] = list.map((item, i) => (isObject(item) ? change(item, i) : item));
}

function countItems(spec: JsonObject): number {
  const layers = itemsIn(spec, 'layers');
  const secrets = own(spec, 'secrets');
  const external = isObject(secrets) ? itemsIn(secrets, 'externalSecrets').length : 0;
  return layers.reduce((sum, layer) => sum + 1 + itemsIn(layer, 'components').length, external);
}

/** A copy of an item in whose `dependsOn` every name is replaced by its stand-ins, each once. */
function rewriteDependsOn(
  item: JsonObject,
  path: string,
  sourceMap: SourceMap,
  standIns: (name: string) => string[],
): JsonObject {
  const list = own(item, 'dependsOn');
  if (!Array.isArray(list)) return { ...item };
  const next = new Map<Json, string>();
  let looks = 0;
  list.forEach((name, i) => {
    const from = sourceMap.locate(itemPath(`${path}.dependsOn`, i));
    for (const found of typeof name === 'string' ? standIns(name) : [name]) {
      looks += 1;
      if (next.size > MAX_NAMES || (looks > MAX_LOOKS && next.size > Bound.DependsOn)) return;
      if (!next.has(found)) next.set(found, from);
    }
  });
  [...next.values()].forEach((from, i) => {
    sourceMap.record(itemPath(`${path}.dependsOn`, i), from);
  });
  return { ...item, dependsOn: [...next.keys()] };
}
