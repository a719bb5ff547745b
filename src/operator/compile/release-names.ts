import { findRenamed } from '../../core/releases/renamed.ts';
import { helmRelease } from '../../core/kinds/helm-release.ts';
import { releaseOf } from '../../core/releases/release.ts';
import { type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { refOfTracked } from '../../core/objects/inventory.ts';
import { isObject, own } from '../../core/values/json.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject } from '../observe/live-object.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * The names of the releases that the HelmReleases of a blueprint have on remote clusters now, by the `namespace/name` of
 * the HelmRelease: from its live spec, by the defaults of Flux. Only there does the compiler choose a name.
 */
export function findReleaseNames(context: ReconcileContext): ReadonlyMap<string, string> {
  let found: Map<string, string> | undefined;
  for (const ref of findGenerated(context)) {
    if (ref.kind !== helmRelease.kind || splitApiVersion(ref.apiVersion).group !== helmRelease.group)
      continue;
    const spec = generatedObject(context, ref)?.['spec'];
    if (!isObject(spec) || own(spec, 'kubeConfig') === undefined) continue;
    const { name, namespace = '' } = ref;
    found ??= new Map();
    found.set(`${namespace}/${name}`, releaseOf(spec, { name, namespace }).name);
  }
  return found ?? NONE;
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
      ref.kind === helmRelease.kind &&
      findRenamed(generatedObject(context, ref)?.['spec'], manifest['spec'], ref) !== undefined,
  );
}
