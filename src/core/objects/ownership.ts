import { FIELD_MANAGER, LET_GO, Label, MANAGED_BY } from '../../api/names.ts';
import type { ObjectMeta } from '../../api/object.ts';

/** The namespace and name of a blueprint. */
export interface BlueprintKey {
  namespace: string;
  name: string;
}

/** Builds a blueprint's key in the work queue: `namespace/name`. */
export function toKey({ namespace, name }: BlueprintKey): string {
  return `${namespace}/${name}`;
}

/** Parses a key that {@link toKey} built. */
export function parseKey(key: string): BlueprintKey {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

/** Whether the labels of an object name this blueprint as its owner. */
export function isLabelledFor(metadata: ObjectMeta, { namespace, name }: BlueprintKey): boolean {
  const { labels } = metadata;
  return (
    labels?.[Label.ManagedBy] === MANAGED_BY &&
    labels[Label.Name] === name &&
    labels[Label.Namespace] === namespace
  );
}

/** Whether an object belongs to this blueprint; if not, the owner in words for a message. */
export type Ownership = { ours: true } | { ours: false; owner: string };

/**
 * Finds the owner of an existing object. `tracked` says whether the object is in this blueprint's inventory. If it is,
 * and the operator manages some of its fields, the object stays ours even without our labels: somebody took them away.
 * An object that a blueprint let go is an exception. Its field managers are still the operator's, so that whoever
 * forges an inventory could otherwise have it deleted.
 */
export function ownershipOf(metadata: ObjectMeta, blueprint: BlueprintKey, tracked: boolean): Ownership {
  if (isLabelledFor(metadata, blueprint)) return { ours: true };
  const owner = ownerOf(metadata);
  if (owner !== undefined) return { ours: false, owner: `FluxBlueprint ${toKey(owner)}` };
  const managers = (metadata.managedFields ?? []).map(({ manager }) => manager ?? '');
  const letGoBy = metadata.annotations?.[LET_GO];
  if (letGoBy !== undefined) return { ours: false, owner: `nobody since FluxBlueprint ${letGoBy} let it go` };
  if (tracked && managers.includes(FIELD_MANAGER)) return { ours: true };
  return { ours: false, owner: describeOwner(metadata, managers) };
}

/** Reads from an object's labels which blueprint owns it; undefined if they name none. */
export function ownerOf(metadata: ObjectMeta): BlueprintKey | undefined {
  const labels = metadata.labels ?? {};
  if (labels[Label.ManagedBy] !== MANAGED_BY) return undefined;
  const { [Label.Name]: name, [Label.Namespace]: namespace } = labels;
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** The prefix of the labels that kustomize-controller sets on all objects that it applies. */
const FLUX_OWNER = 'kustomize.toolkit.fluxcd.io';

/**
 * Reads from an object's labels which Kustomization applied it; undefined if none did. The namespace is empty if the
 * label is missing.
 */
export function kustomizationOf({
  labels = {},
}: ObjectMeta): { namespace: string; name: string } | undefined {
  const name = labels[`${FLUX_OWNER}/name`];
  return name === undefined ? undefined : { namespace: labels[`${FLUX_OWNER}/namespace`] ?? '', name };
}

function describeOwner(metadata: ObjectMeta, managers: readonly string[]): string {
  const kustomization = kustomizationOf(metadata);
  if (kustomization !== undefined) return `Kustomization ${toKey(kustomization)}`;
  const helm = metadata.annotations?.['meta.helm.sh/release-name'];
  if (helm !== undefined) return `Helm release ${helm}`;
  const [manager] = managers;
  return manager === undefined || manager === '' ? 'someone else' : `field manager ${manager}`;
}
