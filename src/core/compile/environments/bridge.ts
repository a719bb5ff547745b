import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { own } from '../../values/json.ts';
import { itemsIn, nameOf } from './named-items.ts';
import type { Omitted } from './omitted.ts';

/** A layer with what is left of it. */
interface Span {
  layer: JsonObject;
  /** Whether the whole layer is omitted. */
  gone: boolean;
  /** Its omitted components by name. */
  omitted: ReadonlyMap<string, JsonObject>;
  /** The names of its other components. */
  kept: ReadonlySet<string>;
}

/**
 * Finds the stand-ins of names in `dependsOn`: what an omitted item depended on, directly or by way of other omitted
 * items. A target is a name without doubt: `layer/` for a layer, `layer/component` for a component.
 */
export class Bridge {
  readonly #spans: ReadonlyMap<string, Span>;

  /** `layers` are those of the merged spec, without what is omitted. */
  constructor(layers: readonly JsonObject[], omitted: Omitted) {
    const spans = new Map<string, Span>();
    for (const layer of layers) {
      const name = nameOf(layer);
      const left = omitted.components.get(name) ?? [];
      spans.set(name, spanOf(layer, false, left, itemsIn(layer, 'components')));
    }
    for (const [name, layer] of omitted.layers)
      spans.set(name, spanOf(layer, true, itemsIn(layer, 'components'), []));
    this.#spans = spans;
  }

  /** The names to depend on instead of `name`, which a component of `layer`, or a layer itself, depends on. */
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

  /**
   * A name may mean a sibling component and a layer at once. That is refused where both are there, and here both count
   * where the component is omitted.
   */
  #targetsOf(name: string, layer: string | undefined): string[] {
    if (name.includes('/')) return [name];
    const span = layer === undefined ? undefined : this.#spans.get(layer);
    if (span?.kept.has(name) === true) return [`${layer ?? ''}/${name}`];
    if (span?.omitted.has(name) !== true) return [`${name}/`];
    return [`${layer ?? ''}/${name}`, ...(this.#spans.has(name) ? [`${name}/`] : [])];
  }

  /** `seen` ends cycles, which are refused elsewhere. */
  #expand(target: string, seen: Set<string>): string[] {
    if (seen.has(target)) return [];
    seen.add(target);
    const [layer = '', component = ''] = target.split('/');
    const span = this.#spans.get(layer);
    if (span === undefined) return [target];
    const inherited = dependenciesIn(span.layer).flatMap((name) => this.#targetsOf(name, undefined));
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
    return dependenciesIn(item).flatMap((name) => this.#targetsOf(name, layer));
  }
}

function spanOf(
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

function dependenciesIn(item: JsonObject): string[] {
  const list = own(item, 'dependsOn');
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}
