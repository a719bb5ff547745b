import { FIELD_MANAGER, Label, MANAGED_BY } from '../../api/names.ts';
import type { ObjectMeta } from '../../api/object.ts';

/** Names a blueprint. */
export interface BlueprintKey {
  namespace: string;
  name: string;
}

/** A blueprint's key in the queue: `namespace/name`. */
export function toKey({ namespace, name }: BlueprintKey): string {
  return `${namespace}/${name}`;
}

/** Reads a {@link toKey} back. */
export function parseKey(key: string): BlueprintKey {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

/** Whether the labels of an object name a blueprint. */
export function isLabelledFor(metadata: ObjectMeta, { namespace, name }: BlueprintKey): boolean {
  const owner = ownerOf(metadata);
  return owner?.namespace === namespace && owner.name === name;
}

/** Whose an object is: this blueprint's, another's, or nobody's that we know. */
export type Ownership = { ours: true } | { ours: false; owner: string };

/**
 * Whose an existing object is. `tracked` says whether it stands in this blueprint's inventory: an object that does,
 * and of whose fields we are a manager, stays ours when somebody takes our labels away.
 */
export function ownershipOf(metadata: ObjectMeta, blueprint: BlueprintKey, tracked: boolean): Ownership {
  if (isLabelledFor(metadata, blueprint)) return { ours: true };
  const owner = ownerOf(metadata);
  if (owner !== undefined) return { ours: false, owner: `FluxBlueprint ${toKey(owner)}` };
  const managers = (metadata.managedFields ?? []).map(({ manager }) => manager ?? '');
  if (tracked && managers.includes(FIELD_MANAGER)) return { ours: true };
  return { ours: false, owner: describeOwner(metadata, managers) };
}

/** The blueprint that an object's labels name. */
export function ownerOf(metadata: ObjectMeta): BlueprintKey | undefined {
  const labels = metadata.labels ?? {};
  if (labels[Label.ManagedBy] !== MANAGED_BY) return undefined;
  const { [Label.Name]: name, [Label.Namespace]: namespace } = labels;
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

const FLUX_OWNER = 'kustomize.toolkit.fluxcd.io';

function describeOwner(metadata: ObjectMeta, managers: readonly string[]): string {
  const labels = metadata.labels ?? {};
  const kustomization = labels[`${FLUX_OWNER}/name`];
  if (kustomization !== undefined) {
    return `Kustomization ${labels[`${FLUX_OWNER}/namespace`] ?? ''}/${kustomization}`;
  }
  const helm = metadata.annotations?.['meta.helm.sh/release-name'];
  if (helm !== undefined) return `Helm release ${helm}`;
  const [manager] = managers;
  return manager === undefined || manager === '' ? 'someone else' : `field manager ${manager}`;
}
