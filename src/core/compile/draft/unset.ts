import type { Steps } from '../../values/path.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { FluxKind } from '../../kinds/kind.ts';
import { schemaOf } from '../../kinds/index.ts';
import { isObject, own } from '../../values/json.ts';
import { suggest } from '../../values/suggest.ts';
import { itemPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';

/** The most objects in which {@link removePath} looks: there is more than one way only where names have dots. */
const MAX_VISITED = 1000;

/**
 * Removes a dotted path from an object in place; returns whether it was there. Names may have dots themselves, as
 * labels and the values of charts do: then several steps together are one name.
 */
export function removePath(root: JsonObject, path: string): boolean {
  let visited = 0;
  const remove = (object: JsonObject, dotted: string): boolean => {
    visited += 1;
    if (Object.hasOwn(object, dotted)) return Reflect.deleteProperty(object, dotted);
    for (let dot = dotted.indexOf('.'); dot >= 0; dot = dotted.indexOf('.', dot + 1)) {
      const next = own(object, dotted.slice(0, dot));
      if (isObject(next) && visited < MAX_VISITED && remove(next, dotted.slice(dot + 1))) return true;
    }
    return false;
  };
  return remove(root, path);
}

/** Refuses paths of `unset`, a list that was written at `path`, that no object of the kind can have. */
export function checkUnset(kind: FluxKind, unset: readonly string[], path: string, problems: Problems): void {
  unset.forEach((dotted, i) => {
    const why = whyUnknown(kind, dotted);
    if (why !== undefined) problems.add('unknown-field', itemPath(path, i), why);
  });
}

/** Why a kind cannot have a dotted path; undefined where it can. */
function whyUnknown(kind: FluxKind, dotted: string): string | undefined {
  let schema = schemaOf(kind);
  for (const [i, step] of dotted.split('.').entries()) {
    const { properties, type } = schema ?? {};
    if (properties === undefined) {
      if (type === undefined || type === 'object') return undefined;
      const whole = dotted.split('.').slice(0, i).join('.');
      return `nothing of ${JSON.stringify(whole)} can be taken away singly: name the whole`;
    }
    if (!Object.hasOwn(properties, step))
      return `a ${kind.kind} has no field ${JSON.stringify(dotted)}${suggest(step, Object.keys(properties))}`;
    schema = properties[step];
  }
  return undefined;
}

/** Whether `unset` drops the field at `steps`, or an object that holds it. */
export function isUnset(unset: readonly string[], steps: Steps): boolean {
  const path = steps.join('.');
  return unset.some((dotted) => path === dotted || path.startsWith(`${dotted}.`));
}
