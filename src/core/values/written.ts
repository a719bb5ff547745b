import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { Json } from '../../api/object.ts';
import { valueAt } from './json.ts';
import type { Steps } from './path.ts';

/** How the values of a list or map were written. It is a symbol, so that nobody can write it, and no copy has it. */
const WRITTEN: unique symbol = Symbol('written');

interface Holder {
  [WRITTEN]?: Map<string | number, string>;
}

/** Notes that a value of a list or map was written otherwise than it is shown once it is read: `1.10` is 1.1. */
export function noteWritten(holder: JsonObject | Json[], step: string | number, text: string): void {
  const noted = (holder as Holder)[WRITTEN];
  const texts = noted ?? new Map<string | number, string>();
  texts.set(step, text);
  if (noted === undefined) Object.defineProperty(holder, WRITTEN, { value: texts });
}

/** How the value at a path was written; undefined where that was not noted. */
export function writtenAt(value: unknown, steps: Steps): string | undefined {
  const step = steps.at(-1);
  const holder = valueAt(value, steps.slice(0, -1));
  if (step === undefined || typeof holder !== 'object' || holder === null) return undefined;
  return (holder as Holder)[WRITTEN]?.get(step);
}
