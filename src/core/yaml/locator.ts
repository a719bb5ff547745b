import { isObject, own } from '../values/json.ts';
import { splitPathAsFar } from '../values/path.ts';
import type { Places, Spot } from './documents/places.ts';
import type { LineTable, Place } from './line-table.ts';

/** What a path leads to: a value, or the key that it has. */
export type Target = 'key' | 'value';

/** Finds where the parts of a blueprint stand in the text that it was read from. */
export class Locator {
  readonly #blueprint: unknown;
  readonly #start: number;
  readonly #places: Places;
  readonly #lines: LineTable;

  /** @param start the offset of the blueprint in the text */
  constructor(blueprint: unknown, start: number, { places, lines }: { places: Places; lines: LineTable }) {
    this.#blueprint = blueprint;
    this.#start = start;
    this.#places = places;
    this.#lines = lines;
  }

  /**
   * The place of what a path leads to, such as `spec.layers[2].dependsOn[0]`; of the nearest part around it, where the
   * text does not hold it. A value that begins in a line after its key stands at the key, where people look for it.
   */
  locate(path: string, target: Target = 'value'): Place {
    let at: unknown = this.#blueprint;
    let found: Place | undefined;
    const { steps, whole } = splitPathAsFar(path);
    for (const [i, step] of steps.entries()) {
      const spot = isHolder(at) ? this.#places.find(at, step) : undefined;
      if (spot === undefined) break;
      found = this.#placeOf(spot, whole && i === steps.length - 1 ? target : 'value');
      at = stepInto(at, step);
    }
    return found ?? this.#lines.find(this.#start);
  }

  #placeOf({ key, value }: Spot, target: Target): Place {
    const place = this.#lines.find(key);
    if (target === 'key' || key === value) return place;
    const valuePlace = this.#lines.find(value);
    return valuePlace.line === place.line ? valuePlace : place;
  }
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? (value[step] as unknown) : undefined;
  return isObject(value) && typeof step === 'string' ? own(value, step) : undefined;
}
