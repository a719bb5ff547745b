import type { Steps } from '../values/path.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { clone, isObject, objectIn, own } from '../values/json.ts';
import { joinPath } from '../values/path.ts';

/** A value that is merged into an object's spec, and where in the blueprint it was written. */
export interface Overlay {
  /** Where in the spec it goes. */
  at: readonly string[];
  value: JsonObject;
  /** Its path in the blueprint; undefined for what the compiler adds by itself. */
  path: string | undefined;
  /** Whether the path is that of something else, which asks for the whole value: what is below has no path of its own. */
  derived?: boolean;
}

/** How fields of a kind are merged. */
export interface MergeRules {
  /** Of each group at most one member can stand: naming one takes the others away. */
  unions: readonly (readonly string[])[];
}

/**
 * Fields that replace what is inherited as a whole: they name one thing, and half of one merged with half of
 * another would name a third.
 */
export const REPLACED: ReadonlySet<string> = new Set([
  'ref',
  'verify',
  'secretRef',
  'sourceRef',
  'chart',
  'chartRef',
  'kubeConfig',
]);

/** Inside a chart's `values` every name is the chart's own. */
const NONE: ReadonlySet<string> = new Set();

/** Merges overlays, the later over the earlier: objects deeply, lists and the fields above whole. */
export function mergeOverlays(base: JsonObject, overlays: readonly Overlay[], rules: MergeRules): JsonObject {
  const result = clone(base);
  for (const overlay of overlays) {
    const target = overlay.at.reduce(objectIn, result);
    for (const union of overlay.at.length === 0 ? rules.unions : [])
      dropOtherMembers(target, overlay.value, union);
    mergeInto(target, overlay.value);
  }
  return result;
}

/**
 * Where in the blueprint a field of a spec was written: in the last overlay that holds it or, where none does
 * (it is missing, or filled in), in the last one that holds most of the way to it.
 */
export function originOf(overlays: readonly Overlay[], steps: Steps, fallback: string): string {
  let best = { depth: 0, path: fallback };
  for (const overlay of overlays) {
    if (overlay.path === undefined) continue;
    const depth = depthOf(overlay, steps);
    if (depth >= best.depth && depth > 0) {
      const below = overlay.derived === true ? [] : steps.slice(overlay.at.length);
      best = { depth, path: joinPath(overlay.path, below) };
    }
  }
  return best.depth > 0 ? best.path : joinPath(fallback, steps);
}

/** How many of the steps an overlay holds; 0 when it lies elsewhere. */
function depthOf(overlay: Overlay, steps: Steps): number {
  if (!overlay.at.every((step, i) => steps[i] === step)) return 0;
  let at: unknown = overlay.value;
  let depth = overlay.at.length;
  for (const step of steps.slice(depth)) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isObject(at) ? own(at, step) : undefined;
    if (at === undefined) break;
    depth += 1;
  }
  return depth;
}

/** Takes the other members of a union away where a value names one of them. */
export function dropOtherMembers(target: JsonObject, value: JsonObject, union: readonly string[]): void {
  if (!union.some((member) => own(value, member) !== undefined)) return;
  for (const member of union) {
    if (own(value, member) === undefined) Reflect.deleteProperty(target, member);
  }
}

function mergeInto(target: JsonObject, value: JsonObject, replaced = REPLACED): void {
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const present = own(target, key);
    if (isObject(field) && isObject(present) && !replaced.has(key)) {
      mergeInto(present, field, key === 'values' ? NONE : replaced);
    } else {
      target[key] = clone(field);
    }
  }
}
