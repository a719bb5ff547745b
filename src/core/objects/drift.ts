import type { KubeObject } from '../../api/object.ts';
import { isObject, own } from '../values/json.ts';
import { joinPath } from '../values/path.ts';
import { memoizePair } from '../values/memoize.ts';

/** The most paths that are reported for one object. */
const MAX_PATHS = 20;

/**
 * Finds the paths at which a live object differs from the desired one; empty if there is no drift. Fields that the
 * desired object does not set (defaults of the API server, fields of other managers) do not count. A null counts as an
 * absent field, because the API server may drop it. Returns at most 20 paths.
 */
export const findDrift: (desired: KubeObject, live: KubeObject) => readonly string[] = memoizePair(
  compareObjects,
  (drift) => drift.length === 0,
);

function compareObjects(desired: KubeObject, live: KubeObject): readonly string[] {
  const drift: string[] = [];
  compareField(desired.metadata.labels, live.metadata.labels, ['metadata', 'labels'], drift);
  compareField(desired.metadata.annotations, live.metadata.annotations, ['metadata', 'annotations'], drift);
  for (const field of Object.keys(desired)) {
    if (!['apiVersion', 'kind', 'metadata', 'status'].includes(field)) {
      compareField(desired[field], live[field], [field], drift);
    }
  }
  return drift.slice(0, MAX_PATHS);
}

/**
 * `steps` lead to the field. All comparisons share one list, because a copy for each field of a deep value takes long.
 */
function compareField(desired: unknown, live: unknown, steps: (string | number)[], drift: string[]): void {
  if (desired === live || desired === undefined || drift.length >= MAX_PATHS) return;
  if (desired === null) {
    if (live !== undefined && live !== null) drift.push(joinPath('', steps));
    return;
  }
  const children = childrenOf(desired, live);
  if (children === undefined) {
    drift.push(joinPath('', steps));
    return;
  }
  for (const [step, value, other] of children) {
    steps.push(step);
    compareField(value, other, steps, drift);
    steps.pop();
  }
}

/** Pairs the children of two objects or two lists of the same length; undefined if the values cannot be paired. */
function childrenOf(desired: unknown, live: unknown): [string | number, unknown, unknown][] | undefined {
  if (isObject(desired) && isObject(live)) {
    return Object.entries(desired).map(([key, value]) => [key, value, own(live, key)]);
  }
  if (Array.isArray(desired) && Array.isArray(live) && desired.length === live.length) {
    return desired.map((item: unknown, i) => [i, item, live[i]]);
  }
  return undefined;
}
