import { chartAwaitedBy } from '../../core/health/health-with-source.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { toKey } from '../../core/objects/ownership.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { refOfExternal } from './external-dependencies.ts';
import { asReader, liveOf, mayRead } from './live-object.ts';

/** Has everything watched that a blueprint refers to and did not make: sources of others, and external dependencies. */
export function watchDependencies(
  context: ReconcileContext,
  desired: DesiredState,
  waiting: readonly DesiredObject[],
): void {
  const { memory, deps, key, as } = context;
  const sources = memory.compiled.sources(desired).external;
  const charts = desired.objects.flatMap((object) => chartAwaitedBy(liveOf(context, object)) ?? []);
  const external = waiting.flatMap(({ waitsFor }) => waitsFor);
  deps.cache.follow(toKey(key), [
    ...[...sources, ...charts].filter((ref) => mayRead(context, ref)).map((ref) => asReader(context, ref)),
    ...external
      .map((dependency) => ({
        ref: refOfExternal(dependency),
        as,
        whole: dependency.readyExpr !== undefined,
      }))
      .filter(({ ref }) => mayRead(context, ref)),
  ]);
}
