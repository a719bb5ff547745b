import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { toKey } from '../../core/objects/ownership.ts';
import { chartAwaitedBy } from '../../core/health/health-with-source.ts';
import { foreignRef, mayRead } from './external-dependencies.ts';
import { liveOf } from './live-object.ts';
import type { Pass } from '../context/reconcile-context.ts';

/** Has what a blueprint refers to and did not make watched: the sources of others, and objects that others make. */
export function followReferents(pass: Pass, desired: DesiredState, waiting: readonly DesiredObject[]): void {
  const { cache } = pass.deps;
  const sources = pass.memory.sources(desired).external;
  const charts = desired.objects.flatMap((object) => chartAwaitedBy(liveOf(pass, object)) ?? []);
  const dependencies = waiting.flatMap(({ waitsFor }) => waitsFor.map(foreignRef));
  cache.follow(toKey(pass.key), [
    // A revision of a source, or what is wrong with a chart, tells nothing that its users do not tell; no right of the blueprint's account is needed.
    ...[...sources, ...charts].map((ref) => ({ ref, as: undefined })),
    ...dependencies.filter((ref) => mayRead(pass, ref)).map((ref) => ({ ref, as: pass.as })),
  ]);
}
