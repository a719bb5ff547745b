import { isObject } from '../values/json.ts';
import { type Release, releaseKey, releaseOf } from './release.ts';

/** A release before and after its HelmRelease changes. */
export interface Renamed {
  before: Release;
  after: Release;
}

/**
 * The release of a HelmRelease before and after its spec changes from `live` to `desired`; undefined where it stays the
 * same, or where one of the two is not there.
 */
export function findRenamed(
  live: unknown,
  desired: unknown,
  { name, namespace = '' }: { name: string; namespace?: string },
): Renamed | undefined {
  if (!isObject(live) || !isObject(desired)) return undefined;
  const [before, after] = [releaseOf(live, { name, namespace }), releaseOf(desired, { name, namespace })];
  return releaseKey(before) === releaseKey(after) ? undefined : { before, after };
}
