import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { own } from '../../values/json.ts';
import { itemsIn, nameOf } from './named-items.ts';
import type { Omitted } from './omitted.ts';
import { type Gone, StandIns } from './stand-ins.ts';

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
 *
 * The stand-ins of all omitted items are found at once, when the first are asked for, in time linear in what
 * `dependsOn` of all items names: items that wait for each other in a circle have the same, and every other item has
 * those of what it depended on.
 */
export class Bridge {
  readonly #spans: ReadonlyMap<string, Span>;
  /** What stands in for each target that is gone. For a layer of which a part is left, also that layer itself. */
  #standIns: StandIns | undefined;

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
    this.#standIns ??= new StandIns(this.#collectGone(), (target) => this.#isThere(target));
    const standIns = this.#standIns;
    if (targets.every((target) => !standIns.has(target))) return [name];
    const found = new Set(targets.flatMap((target) => standIns.of(target)));
    if (found.size === targets.length && targets.every((target) => found.has(target))) return [name];
    const siblings = layer === undefined ? undefined : this.#spans.get(layer)?.kept;
    return [...found].map((target) => {
      const plain = target.endsWith('/') ? target.slice(0, -1) : target;
      return siblings?.has(plain) === true ? target : plain;
    });
  }

  /**
   * A name may mean a sibling component and a layer at once. That is refused where both are there, and here both count
   * where the component is omitted.
   */
  #targetsOf(name: string, layer: string | undefined): string[] {
    if (name.includes('/')) return [this.#withoutRest(name)];
    const span = layer === undefined ? undefined : this.#spans.get(layer);
    if (span?.kept.has(name) === true) return [`${layer ?? ''}/${name}`];
    if (span?.omitted.has(name) !== true) return [`${name}/`];
    return [`${layer ?? ''}/${name}`, ...(this.#spans.has(name) ? [`${name}/`] : [])];
  }

  /** Whether a target is one of the merged spec: a layer, or a component that is not omitted. */
  #isThere(target: string): boolean {
    const [layer = '', component = ''] = target.split('/', 2);
    const span = this.#spans.get(layer);
    return span !== undefined && !span.gone && (component === '' || span.kept.has(component));
  }

  /** The name of an omitted component, where more slashes follow it; any other name as it is. */
  #withoutRest(name: string): string {
    const [layer = '', component = ''] = name.split('/', 2);
    return this.#spans.get(layer)?.omitted.has(component) === true ? `${layer}/${component}` : name;
  }

  /**
   * Everything that is gone, or of which a part is, by its target: what it depended on, and whether it is there itself.
   */
  #collectGone(): Map<string, Gone> {
    const gone = new Map<string, Gone>();
    for (const [name, span] of this.#spans) {
      if (!span.gone && span.omitted.size === 0) continue;
      const inherited = dependenciesIn(span.layer).flatMap((other) => this.#targetsOf(other, undefined));
      const ofItems = [...span.omitted].map(([item, written]) => ({
        target: `${name}/${item}`,
        dependsOn: dependenciesIn(written).flatMap((other) => this.#targetsOf(other, name)),
      }));
      const outside = ofItems
        .flatMap(({ dependsOn }) => dependsOn)
        .filter((other) => !other.startsWith(`${name}/`));
      // No name can hold a line break: the target stands for what all components of the layer inherit.
      const common = `${name}/\n`;
      gone.set(common, { stays: false, dependsOn: inherited });
      for (const { target, dependsOn } of ofItems)
        gone.set(target, { stays: false, dependsOn: [...dependsOn, common] });
      gone.set(`${name}/`, {
        stays: !span.gone,
        dependsOn: span.gone ? [common, ...outside] : outside,
      });
    }
    return gone;
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
