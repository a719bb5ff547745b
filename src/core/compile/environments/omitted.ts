import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { nameOf } from './named-items.ts';

/** The layers and components that an environment leaves out, as they were before. */
export class Omitted {
  /** Layers by name. */
  readonly layers = new Map<string, JsonObject>();
  /** Components by the name of their layer. */
  readonly components = new Map<string, JsonObject[]>();

  /** Records an item that is left out. Sources are ignored: nothing waits for a source by name. */
  record(list: 'sources' | 'layers' | 'components', layer: string, item: JsonObject): void {
    if (list === 'layers') this.layers.set(nameOf(item), item);
    if (list !== 'components') return;
    const others = this.components.get(layer);
    if (others === undefined) this.components.set(layer, [item]);
    else others.push(item);
  }
}
