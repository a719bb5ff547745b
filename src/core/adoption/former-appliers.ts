import { LET_GO } from '../../api/names.ts';
import type { ObjectMeta } from '../../api/object.ts';

/** An entry of an object's managed fields. */
export type ManagedFields = NonNullable<ObjectMeta['managedFields']>[number];

/** Programs that apply whole objects from files or from objects of their own, by the managers that they name. */
const APPLIERS: ReadonlySet<string> = new Set([
  'kustomize-controller',
  'helm-controller',
  'helm',
  'Helm',
  'flux',
  'flux-operator',
  'kubectl',
  'kubectl-client-side-apply',
  'kubectl-last-applied',
  'kubectl-create',
  'kubectl-replace',
  // Whatever was there before the first server-side apply.
  'before-first-apply',
]);

/** Appliers that say all that they want of an object, so that what they own they wrote from a file. */
const DECLARING: ReadonlySet<string> = new Set([
  'helm-controller',
  'helm',
  'Helm',
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-replace',
]);

/**
 * Whether a manager is one of those that applied objects before a blueprint did, so that a blueprint which adopts an
 * object takes its fields over. People who change a field by hand (`kubectl edit`, `kubectl patch`) are not.
 */
export function isFormerApplier({ manager = '', subresource = '' }: ManagedFields): boolean {
  return APPLIERS.has(manager) && subresource === '';
}

/** Whether what an entry holds was declared, as opposed to one field that somebody set (`flux suspend`). */
export function isDeclared({ manager = '', operation }: ManagedFields): boolean {
  return operation === 'Apply' || DECLARING.has(manager);
}

/** Labels by which a former applier finds the objects that it may prune or apply again. */
export const OWNER_LABELS: readonly string[] = [
  'kustomize.toolkit.fluxcd.io/name',
  'kustomize.toolkit.fluxcd.io/namespace',
  'kustomize.toolkit.fluxcd.io/checksum',
  'helm.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/namespace',
  'fluxcd.controlplane.io/name',
  'fluxcd.controlplane.io/namespace',
  'resourceset.fluxcd.controlplane.io/name',
  'resourceset.fluxcd.controlplane.io/namespace',
  'applyset.kubernetes.io/part-of',
];

/** Annotations of the same use, and the one that says that an object is nobody's. */
export const OWNER_ANNOTATIONS: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
  'meta.helm.sh/release-name',
  'meta.helm.sh/release-namespace',
  LET_GO,
];
