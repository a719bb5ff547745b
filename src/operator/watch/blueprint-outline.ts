import { type KindRef, type KubeObject, OUTLINE, distinctKinds } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { readInventory, refOfTracked } from '../../core/objects/inventory.ts';
import { outlineMetadata } from '../../core/objects/outline.ts';

/** The most kinds that are read from one inventory. */
const MOST_KINDS = 200;

/**
 * What the cache holds of a blueprint that is too large to be held: which it is, its account, and the kinds in its
 * inventory. It has no status, so that nobody takes the inventory for empty.
 */
export function outlineBlueprint(blueprint: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, spec } = blueprint as unknown as Blueprint;
  const { uid = '', generation = 0 } = metadata;
  const account: unknown = (spec as Partial<Blueprint['spec']> | undefined)?.serviceAccountName;
  return {
    apiVersion,
    kind,
    metadata: outlineMetadata(metadata),
    spec: typeof account === 'string' ? { serviceAccountName: account } : {},
    inventoryKinds: kindsInInventory(blueprint),
    [OUTLINE]: `${uid} ${generation}`,
  };
}

/** The kinds that the inventory of a blueprint or of its outline names, each once. */
export function kindsInInventory(blueprint: KubeObject): KindRef[] {
  if (blueprint[OUTLINE] !== undefined) return blueprint['inventoryKinds'] as KindRef[];
  const { status } = blueprint as unknown as Blueprint;
  return distinctKinds(readInventory(status).map(refOfTracked)).slice(0, MOST_KINDS);
}
