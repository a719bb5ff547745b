import type { KubeObject } from '../../api/object.ts';
import { conditionOf } from '../health/read-conditions.ts';
import { parseDuration } from '../values/duration.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';

/** What took longer waited for something else, and was not at work, in seconds. */
const LONGEST = 3600;

/**
 * How long Flux took to bring an object about, as far as the object says it, in seconds: a Kustomization says how long
 * its last successful reconcile took, and a HelmRelease when Helm began what it became ready by. Undefined where
 * nothing says it.
 */
export function secondsOf(live: KubeObject): number | undefined {
  const [last] = listHistory(live);
  if (last === undefined) return undefined;
  const duration = textAt(last, ['lastReconciledDuration']);
  if (duration !== undefined) return inRange((parseDuration(duration) ?? NaN) / 1000);
  const [begun, ready] = [textAt(last, ['lastDeployed']), conditionOf(live, 'Ready')];
  if (begun === undefined || ready?.status !== 'True') return undefined;
  return inRange((Date.parse(ready.lastTransitionTime ?? '') - Date.parse(begun)) / 1000);
}

function listHistory(live: KubeObject): unknown[] {
  const history = valueAt(live['status'], ['history']);
  return Array.isArray(history) ? history.filter(isObject) : [];
}

function inRange(seconds: number): number | undefined {
  return seconds >= 0 && seconds <= LONGEST ? seconds : undefined;
}
