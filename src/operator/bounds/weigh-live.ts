import type { KubeObject } from '../../api/object.ts';
import { memoize } from '../../core/values/memoize.ts';
import { weigh } from '../../core/values/weigh.ts';

/**
 * About how many bytes a live object takes. One that is nested thousands of levels deep, which the API server allows,
 * is infinitely large.
 */
export function weighLive(object: KubeObject): number {
  try {
    return weigh(object);
  } catch (error) {
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
}

/**
 * About how many bytes a value takes that is replaced and never changed, weighed once. Not for what is nested thousands
 * of levels deep.
 */
export const weighOnce = memoize((value: object): number => weigh(value));
