import type { Json } from '../api/object.ts';
import type { JsonObject } from '../api/schema/shapes.ts';
import { isObject, own } from './json.ts';
import type { Moves } from './moves.ts';
import { itemPath } from './path.ts';

/** What an environment leaves out: layers by name, components by `layer/component`, each with what it depended on. */
export type Omitted = ReadonlyMap<string, readonly string[]>;

/**
 * Takes what is left out of every `dependsOn`, and puts in its place what it depended on itself: who waited for it
 * still waits for what came before it.
 */
export function bridgeOmitted(layers: Json | undefined, omitted: Omitted, at: string, moves: Moves): void {
  if (!Array.isArray(layers) || omitted.size === 0) return;
  layers.filter(isObject).forEach((layer, i) => {
    const path = itemPath(at, i);
    const name = typeof layer['name'] === 'string' ? layer['name'] : '';
    bridge(layer, undefined, omitted, path, moves);
    const components = own(layer, 'components');
    if (!Array.isArray(components)) return;
    components.filter(isObject).forEach((component, j) => {
      bridge(component, name, omitted, itemPath(`${path}.components`, j), moves);
    });
  });
}

function bridge(
  item: JsonObject,
  layer: string | undefined,
  omitted: Omitted,
  path: string,
  moves: Moves,
): void {
  const list = own(item, 'dependsOn');
  if (!Array.isArray(list)) return;
  const next: { name: Json; from: string }[] = [];
  list.forEach((name, i) => {
    const from = moves.locate(itemPath(`${path}.dependsOn`, i));
    const names = typeof name === 'string' ? resolve(name, layer, omitted, new Set()) : [name];
    next.push(...names.map((found) => ({ name: found, from })));
  });
  item['dependsOn'] = next.map(({ name }) => name);
  next.forEach(({ from }, i) => {
    moves.note(itemPath(`${path}.dependsOn`, i), from);
  });
}

/** The name itself, or what stands in for one that is left out. `seen` ends circles, which are refused elsewhere. */
function resolve(name: string, layer: string | undefined, omitted: Omitted, seen: Set<string>): string[] {
  const sibling = layer === undefined ? undefined : `${layer}/${name}`;
  const key = [sibling, name.endsWith('/') ? name.slice(0, -1) : name].find(
    (candidate) => candidate !== undefined && omitted.has(candidate),
  );
  if (key !== undefined) {
    if (seen.has(key)) return [];
    return (omitted.get(key) ?? []).flatMap((other) =>
      resolve(other, layer, omitted, new Set([...seen, key])),
    );
  }
  // `layer/component` of a layer that is left out: what the layer depended on stands in.
  const [parent, component] = name.split('/');
  if (component === undefined || component === '' || parent === undefined || !omitted.has(parent))
    return [name];
  return resolve(parent, undefined, omitted, seen);
}
