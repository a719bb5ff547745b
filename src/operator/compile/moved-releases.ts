import { MOVED_RELEASE } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { CompileContext, MovedRelease } from '../../core/compile/model/context.ts';
import { helmRelease } from '../../core/kinds/helm-release.ts';
import { isOfKind } from '../../core/kinds/kind.ts';
import { type Tracked, refOfTracked } from '../../core/objects/inventory.ts';
import { memoize } from '../../core/values/memoize.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

type MovedReleases = NonNullable<CompileContext['movedReleases']>;

/**
 * The releases that the blueprint's HelmReleases have from others: by their annotation and, of those that are not there
 * yet, as the moves say that this process found.
 */
export function findMovedReleases(context: ReconcileContext): MovedReleases {
  const { progress, memory } = context;
  const releases = releasesOf(progress.tracked);
  if (releases.length === 0) return memory.movedReleases;
  const found = new Map(memory.movedReleases);
  for (const ref of releases) {
    const release = readMark(generatedObject(context, ref));
    if (release !== undefined) found.set(`${ref.namespace ?? ''}/${ref.name}`, release);
  }
  return found;
}

function readMark(live: KubeObject | undefined): MovedRelease | undefined {
  const [storageNamespace, name] = live?.metadata.annotations?.[MOVED_RELEASE]?.split('/') ?? [];
  return storageNamespace === undefined || name === undefined ? undefined : { storageNamespace, name };
}

/** The HelmReleases of an inventory. */
const releasesOf = memoize((tracked: readonly Tracked[]) =>
  tracked.map(refOfTracked).filter((ref) => isOfKind(ref, helmRelease)),
);
