import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { clone, isObject, objectIn, own } from '../values/json.ts';
import { type Steps, joinPath } from '../values/path.ts';

/** A value that is merged into an object's spec, and where in the blueprint it was written. */
export interface Overlay {
  /** The field of the spec that it is merged into; empty for the spec itself. */
  at: readonly string[];
  value: JsonObject;
  /** Its path in the blueprint; undefined for values that the compiler adds by itself. */
  path: string | undefined;
  /**
   * Whether `path` names something that implies the whole value, so that the value's fields have no path of their own.
   */
  derived?: boolean;
}

/** How the fields of a kind merge. */
export interface MergeRules {
  /** Groups of fields that exclude each other: naming one removes the others. */
  unions: readonly (readonly string[])[];
}

/**
 * Fields that replace an inherited value as a whole. Each names one thing, and merging half of one with half of another
 * would name a third.
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

/** Replaces nothing: inside a chart's `values` every name belongs to the chart. */
const NONE: ReadonlySet<string> = new Set();

/**
 * Merges overlays over a copy of `base`, the later over the earlier: objects merge deeply, lists and {@link REPLACED}
 * fields are replaced.
 */
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
 * The path in the blueprint at which a field of a spec was written: that of the last overlay that holds the field.
 * Where none does, because the field is missing or filled in, the last overlay that holds the most of the steps to it
 * counts, and below no overlay at all it is the field below `fallback`.
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

/** The overlays that hold a field of a spec, in the order in which they were merged: the last of them counts. */
export function overlaysWith(overlays: readonly Overlay[], steps: Steps): Overlay[] {
  return overlays.filter((overlay) => steps.length > 0 && depthOf(overlay, steps) === steps.length);
}

/** How many of the steps an overlay holds; 0 when it is merged into another field. */
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

/** Removes the other members of a union from `target` where `value` names one of them. */
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
