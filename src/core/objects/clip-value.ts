import { isObject } from '../values/json.ts';
import { copyJson } from '../values/truncate.ts';

/** What is kept of one value, so that whoever writes it cannot make it large. */
const MOST = { textLength: 1024, items: 16, fields: 40, depth: 8 };

/**
 * A copy of a JSON value that takes about `bytes` bytes at most: long texts are cut, and of long lists and large
 * objects the first entries stay. It shares no text with the value, so that the value can be collected.
 */
export function clipValue(value: unknown, bytes: number): unknown {
  const clipped = new Clipper(bytes).clip(value, 0);
  return clipped === undefined ? undefined : copyJson(clipped);
}

class Clipper {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Undefined where there is no room for anything. */
  clip(value: unknown, depth: number): unknown {
    this.#left -= 16;
    if (this.#left < 0 || depth > MOST.depth) return undefined;
    if (typeof value === 'string') return this.#clipText(value);
    if (Array.isArray(value))
      return value.slice(0, MOST.items).flatMap((item) => this.#clipItem(item, depth));
    return isObject(value) ? this.#clipFields(value, depth) : value;
  }

  #clipItem(item: unknown, depth: number): unknown[] {
    const clipped = this.clip(item, depth + 1);
    return clipped === undefined ? [] : [clipped];
  }

  #clipFields(value: Record<string, unknown>, depth: number): unknown {
    const fields: [string, unknown][] = [];
    for (const key of Object.keys(value)) {
      if (fields.length >= MOST.fields || this.#left < 0) break;
      if (key.length > MOST.textLength) continue;
      this.#left -= key.length;
      const clipped = this.clip(value[key], depth + 1);
      if (clipped !== undefined) fields.push([key, clipped]);
    }
    return Object.fromEntries(fields);
  }

  #clipText(text: string): string {
    const clipped = text.slice(0, MOST.textLength);
    this.#left -= clipped.length;
    return clipped.length === text.length ? text : clipped.toWellFormed();
  }
}
