import { chartAwaitedBy } from '../../core/health/health-with-source.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { toKey } from '../../core/objects/ownership.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { mayRead, refOfExternal } from './external-dependencies.ts';
import { liveOf } from './live-object.ts';

/** Has everything watched that a blueprint refers to and did not make: sources of others, and external dependencies. */
export function watchDependencies(
  context: ReconcileContext,
  desired: DesiredState,
  waiting: readonly DesiredObject[],
): void {
  const { memory, deps, key, as } = context;
  const sources = memory.compiled.sources(desired).external;
  const charts = desired.objects.flatMap((object) => chartAwaitedBy(liveOf(context, object)) ?? []);
  const external = waiting.flatMap(({ waitsFor }) => waitsFor.map(refOfExternal));
  deps.cache.follow(toKey(key), [
    // The revision of a source and the error of a chart say nothing that their users do not say, so that this needs no
    // right of the blueprint's account.
    ...[...sources, ...charts].map((ref) => ({ ref, as: undefined })),
    ...external.filter((ref) => mayRead(context, ref)).map((ref) => ({ ref, as })),
  ]);
}
