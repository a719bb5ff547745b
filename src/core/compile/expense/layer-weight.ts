import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import { addTo } from '../../values/add-to.ts';
import { isObject, own } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import { weigh } from '../../values/weigh.ts';
import { itemsIn, nameOf } from '../environments/named-items.ts';

/** The blocks of which each becomes an object. */
export const BLOCKS: readonly string[] = [...SOURCE_BLOCKS, ...COMPONENT_BLOCKS, 'object'];

/** A number for each block; none is 0. */
export type ByBlock = Map<string, number>;

/** The weights of the blocks of `defaults`. */
export function weighDefaults(defaults: unknown): ByBlock {
  const weights: ByBlock = new Map();
  if (!isObject(defaults)) return weights;
  for (const block of BLOCKS) {
    const value = own(defaults, block);
    if (value !== undefined) weights.set(block, weigh(value));
  }
  return weights;
}

/** The sum of the numbers of all blocks. */
export function sumOf(numbers: ByBlock): number {
  return [...numbers.values()].reduce((sum, number) => sum + number, 0);
}

/** What one item weighs as it is written, and the blocks that become objects. */
interface ItemWeight {
  path: string;
  bytes: number;
  blocks: readonly string[];
}

/** What a layer weighs: that of its components, or of the layer itself where it is one. */
export interface LayerWeight {
  path: string;
  name: string;
  /** All items together. */
  bytes: number;
  /** How many objects there are of each block. */
  counts: ByBlock;
  /** The heaviest item. */
  heaviest: ItemWeight;
  /** The weights of the blocks of its `defaults`, and of those that an environment merges over them. */
  defaults: readonly { path: string; weights: ByBlock }[];
}

/** Weighs layers, each once for all environments. */
export class LayerScale {
  readonly #items = new Map<JsonObject, ReadonlyMap<string, ItemWeight>>();

  /** Weighs a layer that was written at `path`. */
  weigh(layer: JsonObject, path: string): LayerWeight {
    const items = [...this.#itemsOf(layer, path).values()];
    const counts: ByBlock = new Map();
    for (const { blocks } of items) for (const block of blocks) addTo(counts, block, 1);
    return {
      path,
      name: nameOf(layer),
      bytes: items.reduce((sum, item) => sum + item.bytes, 0),
      counts,
      heaviest: heavierOf(items, path),
      defaults: [defaultsIn(layer, path)],
    };
  }

  /** The weight of a layer with the override of an environment, which was written at `path`; never too low. */
  override(base: LayerWeight, layer: JsonObject, override: JsonObject, path: string): LayerWeight {
    const items = this.#itemsOf(layer, base.path);
    const own = weighItem(override, path);
    const result = {
      ...base,
      bytes: base.bytes + own.bytes,
      counts: new Map(base.counts),
      defaults: [...base.defaults, defaultsIn(override, path)],
    };
    for (const block of own.blocks) addTo(result.counts, block, 1);
    itemsIn(override, 'components').forEach((component, i) => {
      const known = items.get(nameOf(component));
      const written = weighItem(component, itemPath(`${path}.components`, i));
      if (component['omit'] !== true) mergeItem(result, known, written);
      else if (known !== undefined) omitItem(result, known);
    });
    result.heaviest = together(result.heaviest, own);
    return result;
  }

  #itemsOf(layer: JsonObject, path: string): ReadonlyMap<string, ItemWeight> {
    const known = this.#items.get(layer);
    if (known !== undefined) return known;
    const components = own(layer, 'components');
    const items = Array.isArray(components)
      ? components
          .filter(isObject)
          .map((one, i) => [nameOf(one), weighItem(one, itemPath(`${path}.components`, i))] as const)
      : [[nameOf(layer), weighItem(layer, path)] as const];
    const found = new Map(items);
    this.#items.set(layer, found);
    return found;
  }
}

/** Weighs an item without its components and its defaults. */
function weighItem(item: JsonObject, path: string): ItemWeight {
  const bytes = weigh({ ...item, components: undefined, defaults: undefined });
  return { path, bytes, blocks: BLOCKS.filter((block) => own(item, block) !== undefined) };
}

function defaultsIn(layer: JsonObject, path: string): LayerWeight['defaults'][number] {
  return { path: `${path}.defaults`, weights: weighDefaults(own(layer, 'defaults')) };
}

/** Takes an omitted item out of a layer. */
function omitItem(layer: LayerWeight, item: ItemWeight): void {
  layer.bytes -= item.bytes;
  for (const block of item.blocks) addTo(layer.counts, block, -1);
}

/** Adds to a layer what an environment writes of an item, known or new. */
function mergeItem(layer: LayerWeight, known: ItemWeight | undefined, written: ItemWeight): void {
  layer.bytes += written.bytes;
  for (const block of written.blocks)
    if (known?.blocks.includes(block) !== true) addTo(layer.counts, block, 1);
  layer.heaviest = heavierOf([layer.heaviest, together(known, written)], layer.path);
}

function heavierOf(items: readonly ItemWeight[], path: string): ItemWeight {
  return items.reduce((best, item) => (item.bytes > best.bytes ? item : best), {
    path,
    bytes: 0,
    blocks: [],
  });
}

/** An item and what an environment merges over it. */
function together(item: ItemWeight | undefined, more: ItemWeight): ItemWeight {
  return { ...more, bytes: more.bytes + (item?.bytes ?? 0) };
}
