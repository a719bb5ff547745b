import { findRenamed } from '../../core/releases/renamed.ts';
import { helmRelease } from '../../core/kinds/helm-release.ts';
import { releaseOf } from '../../core/releases/release.ts';
import { type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { refOfTracked } from '../../core/objects/inventory.ts';
import { isObject, own } from '../../core/values/json.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * The names of the releases that the HelmReleases of a blueprint have on remote clusters now, by the `namespace/name` of
 * the HelmRelease: from its live spec, by the defaults of Flux. Only there, and only in environments, does the compiler
 * choose a name.
 */
export function findReleaseNames(context: ReconcileContext): ReadonlyMap<string, string> {
  if (!hasEnvironments(context)) return NONE;
  let found: Map<string, string> | undefined;
  for (const ref of findGenerated(context)) {
    if (!isHelmRelease(ref)) continue;
    const spec = generatedObject(context, ref)?.['spec'];
    if (!isObject(spec) || own(spec, 'kubeConfig') === undefined) continue;
    const { name, namespace = '' } = ref;
    found ??= new Map();
    found.set(`${namespace}/${name}`, releaseOf(spec, { name, namespace }).name);
  }
  return found ?? NONE;
}

/** Whether there may be names to choose. The blueprint was not checked yet. */
function hasEnvironments({ blueprint }: ReconcileContext): boolean {
  const spec = blueprint.spec as Partial<Blueprint['spec']> | undefined;
  return (spec?.environments?.length ?? 0) > 0;
}

function isHelmRelease({ apiVersion, kind }: ObjectRef): boolean {
  return kind === helmRelease.kind && splitApiVersion(apiVersion).group === helmRelease.group;
}

/** What the blueprint generated: by its inventory or, where it was restored without one, by the labels of all objects. */
function findGenerated({ deps, key, progress }: ReconcileContext): readonly ObjectRef[] {
  if (progress.status?.inventory === undefined) return deps.cache.owned(key);
  return progress.tracked.map(refOfTracked);
}

/** Whether applying the desired state would make another release of one that exists. */
export function renamesReleases(context: ReconcileContext, { objects }: DesiredState): boolean {
  return objects.some(
    ({ ref, manifest }) =>
      isHelmRelease(ref) &&
      findRenamed(generatedObject(context, ref)?.['spec'], manifest['spec'], ref) !== undefined,
  );
}
