import type { Json } from '../../../../api/object.ts';
import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { isObject, own } from '../../../values/json.ts';
import type { Steps } from '../../../values/path.ts';

/** A reason why Flux will never take an object: the kind of problem, the steps to the field in the spec, and why. */
export interface Found {
  rule: string;
  steps: Steps;
  message: string;
}

/** Finds what Flux refuses in a spec that its schema allows. It takes time linear in the spec. */
export type Check = (spec: JsonObject) => Iterable<Found>;

/** A value of a spec, and the steps to it. */
export interface At<T> {
  steps: Steps;
  value: T;
}

/** Stands for every item of a list in a path. */
export const EACH = '*';

/** The values at a path of a spec. Of most paths there are none, and then nothing is made. */
export function valuesAt(value: Json | undefined, path: readonly string[]): readonly At<Json>[] {
  const found: At<Json>[] = [];
  collectAt(value, path, [], found);
  return found;
}

/** `taken` are the steps to the value, one for each part of the path that is behind. */
function collectAt(
  value: Json | undefined,
  path: readonly string[],
  taken: (string | number)[],
  found: At<Json>[],
): void {
  if (value === undefined) return;
  const step = path[taken.length];
  if (step === undefined) found.push({ steps: [...taken], value });
  else if (step === EACH) {
    if (Array.isArray(value))
      value.forEach((item, i) => {
        descend(i, item);
      });
  } else if (isObject(value)) descend(step, own(value, step));

  function descend(to: string | number, below: Json | undefined): void {
    taken.push(to);
    collectAt(below, path, taken, found);
    taken.pop();
  }
}

/** The texts at a path of a spec. */
export function* textsAt(spec: JsonObject, path: readonly string[]): Generator<At<string>> {
  for (const { steps, value } of valuesAt(spec, path)) if (typeof value === 'string') yield { steps, value };
}

/** Finds the texts at a path that a grammar refuses. */
export function* checkTexts(
  spec: JsonObject,
  path: readonly string[],
  rule: string,
  wrong: (text: string) => string | undefined,
): Generator<Found> {
  for (const { steps, value } of textsAt(spec, path)) {
    const message = wrong(value);
    if (message !== undefined) yield { rule, steps, message };
  }
}
