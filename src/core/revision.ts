import type { KubeObject } from '../api/object.ts';
import { valueAt } from './json.ts';

/**
 * Whether an object that is ready is so with what its source holds now. Flux tells a new revision on the source first,
 * and its users stay ready with the former one until they hear of it.
 */
export function hasFetched(live: KubeObject, source: KubeObject): boolean {
  const revision = textAt(source, ['artifact', 'revision']);
  if (revision === undefined) return true;
  if (live.kind === 'Kustomization') return textAt(live, ['lastAppliedRevision']) === revision;
  const digest = textAt(live, ['lastAttemptedRevisionDigest']);
  return live.kind !== 'HelmRelease' || source.kind !== 'OCIRepository' || digest === undefined
    ? true
    : revision.endsWith(digest);
}

/** A text of a live object's status; undefined where there is none. */
export function textAt(live: KubeObject, steps: readonly string[]): string | undefined {
  const value: unknown = valueAt(live['status'] as never, steps);
  return typeof value === 'string' ? value : undefined;
}
