import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject, own } from '../../values/json.ts';
import type { Moves } from './source-map.ts';
import { itemPath } from '../../values/path.ts';

/** What an environment leaves out, as it was before. */
export class Omitted {
  readonly layers = new Map<string, JsonObject>();
  /** Components by their layer. */
  readonly components = new Map<string, JsonObject[]>();

  /** Notes an item that is left out. A source is no step of the order, so nothing waits for it by name. */
  note(list: 'sources' | 'layers' | 'components', layer: string, item: JsonObject): void {
    if (list === 'layers') this.layers.set(nameOf(item), item);
    if (list === 'components') this.components.set(layer, [...(this.components.get(layer) ?? []), item]);
  }
}

/**
 * Takes what is left out of every `dependsOn` of a spec, and puts in its place what it depended on itself: who waited
 * for it still waits for what came before it.
 */
export function bridgeOmitted(spec: JsonObject, omitted: Omitted, moves: Moves): void {
  if (omitted.layers.size === 0 && omitted.components.size === 0) return;
  const bridge = new Bridge(itemsOf(spec, 'layers'), omitted);
  mapItems(spec, 'layers', (layer, i) => {
    const path = itemPath('spec.layers', i);
    const next = rewrite(layer, undefined, bridge, path, moves);
    mapItems(next, 'components', (component, j) =>
      rewrite(component, nameOf(layer), bridge, itemPath(`${path}.components`, j), moves),
    );
    return next;
  });
  const secrets = own(spec, 'secrets');
  mapItems(isObject(secrets) ? secrets : {}, 'externalSecrets', (item, i) =>
    rewrite(item, undefined, bridge, itemPath('spec.secrets.externalSecrets', i), moves),
  );
}

/** Replaces the items of a list; whoever shares them with another environment must not see it. */
function mapItems(
  parent: JsonObject,
  field: string,
  change: (item: JsonObject, i: number) => JsonObject,
): void {
  const list = own(parent, field);
  if (Array.isArray(list)) parent[field] = list.map((item, i) => (isObject(item) ? change(item, i) : item));
}

/** A copy with what is left out bridged. */
function rewrite(
  item: JsonObject,
  layer: string | undefined,
  bridge: Bridge,
  path: string,
  moves: Moves,
): JsonObject {
  const list = own(item, 'dependsOn');
  if (!Array.isArray(list)) return { ...item };
  const next = new Map<Json, string>();
  list.forEach((name, i) => {
    const from = moves.locate(itemPath(`${path}.dependsOn`, i));
    for (const found of typeof name === 'string' ? bridge.standIns(name, layer) : [name])
      if (!next.has(found)) next.set(found, from);
  });
  [...next.values()].forEach((from, i) => {
    moves.note(itemPath(`${path}.dependsOn`, i), from);
  });
  return { ...item, dependsOn: [...next.keys()] };
}

/** A layer, as the bridge sees it. */
interface Span {
  layer: JsonObject;
  /** Whether nothing of it is left. */
  gone: boolean;
  /** Its components that are left out, and that are not. */
  omitted: ReadonlyMap<string, JsonObject>;
  kept: ReadonlySet<string>;
}

/** Finds what stands in for names. Inside, a layer is `name/` and a component `layer/name`. */
class Bridge {
  readonly #spans: ReadonlyMap<string, Span>;

  constructor(layers: readonly JsonObject[], omitted: Omitted) {
    const spans = new Map<string, Span>();
    for (const layer of layers) {
      const name = nameOf(layer);
      const left = omitted.components.get(name) ?? [];
      spans.set(name, span(layer, false, left, itemsOf(layer, 'components')));
    }
    for (const [name, layer] of omitted.layers)
      spans.set(name, span(layer, true, itemsOf(layer, 'components'), []));
    this.#spans = spans;
  }

  /** The names to depend on instead of one that a component of `layer`, or a layer, depends on. */
  standIns(name: string, layer: string | undefined): string[] {
    const targets = this.#targetsOf(name, layer);
    const found = targets.flatMap((target) => this.#expand(target, new Set()));
    if (found.join() === targets.join()) return [name];
    const siblings = layer === undefined ? undefined : this.#spans.get(layer)?.kept;
    return found.map((target) => {
      const plain = target.endsWith('/') ? target.slice(0, -1) : target;
      return siblings?.has(plain) === true ? target : plain;
    });
  }

  /** A name may mean a component beside it and a layer; one that means both, when nothing is left out, is refused. */
  #targetsOf(name: string, layer: string | undefined): string[] {
    if (name.includes('/')) return [name];
    const span = layer === undefined ? undefined : this.#spans.get(layer);
    if (span?.kept.has(name) === true) return [`${layer ?? ''}/${name}`];
    if (span?.omitted.has(name) !== true) return [`${name}/`];
    return [`${layer ?? ''}/${name}`, ...(this.#spans.has(name) ? [`${name}/`] : [])];
  }

  /** `seen` ends circles, which are refused elsewhere. */
  #expand(target: string, seen: Set<string>): string[] {
    if (seen.has(target)) return [];
    seen.add(target);
    const [layer = '', component = ''] = target.split('/');
    const span = this.#spans.get(layer);
    if (span === undefined) return [target];
    const inherited = namesIn(span.layer).flatMap((name) => this.#targetsOf(name, undefined));
    if (component !== '') {
      const item = span.omitted.get(component);
      return item === undefined
        ? [target]
        : this.#expandAll([...this.#dependenciesOf(item, layer), ...inherited], seen);
    }
    const outside = [...span.omitted.values()]
      .flatMap((item) => this.#dependenciesOf(item, layer))
      .filter((other) => !other.startsWith(`${layer}/`));
    return span.gone
      ? this.#expandAll([...inherited, ...outside], seen)
      : [target, ...this.#expandAll(outside, seen)];
  }

  #expandAll(targets: readonly string[], seen: Set<string>): string[] {
    return [...new Set(targets.flatMap((target) => this.#expand(target, seen)))];
  }

  #dependenciesOf(item: JsonObject, layer: string): string[] {
    return namesIn(item).flatMap((name) => this.#targetsOf(name, layer));
  }
}

function span(
  layer: JsonObject,
  gone: boolean,
  omitted: readonly JsonObject[],
  kept: readonly JsonObject[],
): Span {
  return {
    layer,
    gone,
    omitted: new Map(omitted.map((item) => [nameOf(item), item])),
    kept: new Set(kept.map(nameOf)),
  };
}

function itemsOf(parent: JsonObject, field: string): JsonObject[] {
  const list = own(parent, field);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function namesIn(item: JsonObject): string[] {
  const list = own(item, 'dependsOn');
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}

function nameOf(item: JsonObject): string {
  const name = item['name'];
  return typeof name === 'string' ? name : '';
}
