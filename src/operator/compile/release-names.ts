import { helmRelease } from '../../core/kinds/helm-release.ts';
import { isOfKind } from '../../core/kinds/kind.ts';
import { findLiveNames } from '../../core/releases/live-names.ts';
import { findRenamed } from '../../core/releases/renamed.ts';
import type { ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { refOfTracked } from '../../core/objects/inventory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * The names of the releases that the HelmReleases of a blueprint have on remote clusters now; see {@link
 * findLiveNames}. The compiler chooses names in environments alone, so that those of other blueprints are not looked
 * for.
 */
export function findReleaseNames(context: ReconcileContext): ReadonlyMap<string, string> {
  if (!hasEnvironments(context)) return NONE;
  const releases = findGenerated(context).filter((ref) => isOfKind(ref, helmRelease));
  return findLiveNames(releases.flatMap((ref) => generatedObject(context, ref) ?? []));
}

/** Whether there may be names to choose. The blueprint was not checked yet. */
function hasEnvironments({ blueprint }: ReconcileContext): boolean {
  const spec = blueprint.spec as Partial<Blueprint['spec']> | undefined;
  return (spec?.environments?.length ?? 0) > 0;
}

/**
 * What the blueprint generated: by its inventory or, where it was restored without one, by the labels of all objects.
 */
function findGenerated({ deps, key, progress }: ReconcileContext): readonly ObjectRef[] {
  if (progress.status?.inventory === undefined) return deps.cache.owned(key);
  return progress.tracked.map(refOfTracked);
}

/** Whether applying the desired state would make another release of one that exists. */
export function renamesReleases(context: ReconcileContext, { objects }: DesiredState): boolean {
  return objects.some(
    ({ ref, manifest }) =>
      isOfKind(ref, helmRelease) &&
      findRenamed(generatedObject(context, ref)?.['spec'], manifest['spec'], ref) !== undefined,
  );
}
