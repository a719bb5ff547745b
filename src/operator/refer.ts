import { objectId, type ObjectRef } from '../api/object.ts';
import type { DesiredObject } from '../core/desired.ts';
import { sourceRefOf } from '../core/nudge.ts';
import { foreignRef, mayRead } from './foreign.ts';
import type { Pass } from './pass.ts';

/** Has what a blueprint refers to and did not make watched: the sources of others, and objects that others make. */
export function followReferents(
  pass: Pass,
  objects: readonly DesiredObject[],
  waiting: readonly DesiredObject[],
): void {
  const { views } = pass.deps;
  const made = new Set(objects.map(({ id }) => id));
  const sources = new Map<string, ObjectRef>();
  for (const { manifest } of objects) {
    const ref = sourceRefOf(manifest);
    if (ref !== undefined && !made.has(objectId(ref))) sources.set(objectId(ref), ref);
  }
  const dependencies = waiting.flatMap(({ waitsFor }) => waitsFor.map(foreignRef));
  views.follow(`${pass.key.namespace}/${pass.key.name}`, [
    // A revision of a source tells nothing that its users do not tell; no right of the blueprint's account is needed.
    ...[...sources.values()].map((ref) => ({ ref, as: undefined })),
    ...dependencies.filter((ref) => mayRead(pass, ref)).map((ref) => ({ ref, as: pass.as })),
  ]);
}
