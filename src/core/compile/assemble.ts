import { Label, MANAGED_BY, MOVED_RELEASE } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, keptId } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { MetadataBlock } from '../../api/schema/spec.ts';
import type { CompileContext } from './model/context.ts';
import { type DesiredObject, compareByOrder } from '../objects/desired.ts';
import { type Item, type Written, displayTitle, originIn } from './model/item.ts';
import type { Placed } from './place.ts';
import { sortKeys } from '../values/json.ts';
import { compare } from '../values/path.ts';
import { memoize } from '../values/memoize.ts';

/** An object, and the item that it was made from. */
export interface Assembled {
  object: DesiredObject;
  item: Item;
}

/** Turns items into objects, sorted into the order in which they are applied: by wave, kind, namespace and name. */
export function assembleObjects(
  placed: readonly Placed[],
  blueprint: Blueprint,
  context: CompileContext,
): Assembled[] {
  const nameOf = memoize((item: Item): Named => {
    const ref = refOfItem(item, context);
    return { ref, id: keptId(ref) };
  });
  return placed
    .map((place) => ({ object: assembleObject(place, blueprint, nameOf), item: place.item }))
    .sort((a, b) => compareByOrder(a.object, b.object));
}

/** The reference of an item's object, and its id. */
interface Named {
  ref: ObjectRef;
  id: string;
}

function assembleObject(place: Placed, blueprint: Blueprint, nameOf: (item: Item) => Named): DesiredObject {
  const { item } = place;
  const { id, ref } = nameOf(item);
  const idsOf = (items: readonly Item[]): string[] => items.map((each) => nameOf(each).id).sort(compare);
  return {
    id,
    ref,
    manifest: assembleManifest(item, ref, blueprint),
    wave: place.wave,
    title: displayTitle(item),
    layer: item.layer === '' ? undefined : item.layer,
    environment: item.environment,
    path: item.locate(item.path),
    keep: item.keep === true,
    dependsOn: idsOf(place.dependsOn),
    createAfter: idsOf(place.createAfter),
    waitsFor: place.external.map((dependency) => ({
      ...dependency,
      namespace: dependency.namespace ?? item.namespace,
    })),
    originOf: findOrigins(item),
  };
}

/** Holds what origins are found by, and not the item: an object outlives the compilation by hours. */
function findOrigins({
  overlays,
  derived,
  derivedEntries,
  specPath,
  locate,
}: Item): DesiredObject['originOf'] {
  const written: Written = {
    overlays,
    specPath,
    ...(derived === undefined ? {} : { derived }),
    ...(derivedEntries === undefined ? {} : { derivedEntries }),
  };
  return (steps) => locate(originIn(written, steps));
}

function assembleManifest(item: Item, ref: ObjectRef, blueprint: Blueprint): KubeObject {
  const { commonMetadata } = blueprint.spec;
  const annotations = {
    ...commonMetadata?.annotations,
    ...item.metadata?.annotations,
    ...(item.movedRelease === undefined ? {} : { [MOVED_RELEASE]: item.movedRelease }),
  };
  const metadata = {
    name: ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    labels: { ...commonMetadata?.labels, ...item.metadata?.labels, ...labelsOf(item, blueprint) },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
  const body = item.body ?? { spec: item.spec };
  const { apiVersion, kind } = ref;
  return sortKeys({ apiVersion, kind, metadata, ...body }) as unknown as KubeObject;
}

/** The reference of an item's object. Its version is that of the kind, else the served one, else `v1`. */
function refOfItem(item: Item, context: CompileContext): ObjectRef {
  const { group, kind, version } = item.kind;
  const served = version ?? context.served.get(`${group}/${kind}`) ?? 'v1';
  const apiVersion = group === '' ? served : `${group}/${served}`;
  const { namespace, name } = item;
  return namespace === '' ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

/** The operator's labels. They win over those of the blueprint, because the operator finds its objects by them. */
function labelsOf(item: Item, blueprint: Blueprint): NonNullable<MetadataBlock['labels']> {
  return {
    [Label.ManagedBy]: MANAGED_BY,
    [Label.Name]: blueprint.metadata.name,
    [Label.Namespace]: blueprint.metadata.namespace ?? '',
    ...(item.layer === undefined || item.layer === '' ? {} : { [Label.Layer]: item.layer }),
  };
}
