import { FIELD_MANAGER } from '../../api/names.ts';
import type { Json, KubeObject, ObjectMeta } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isObject, own } from '../values/json.ts';

/**
 * The part of a live object that an apply of `desired` decides about: what `desired` says, and what the operator has
 * said before and no other manager says too. Everything else, such as defaults of the API server and what Flux sets, is
 * left out. A null counts as an absent field, because the API server may drop it.
 *
 * Where a default comes in place of what goes, nobody but the API server knows it.
 */
export function projectLive(live: KubeObject, desired: KubeObject): KubeObject {
  const { managedFields = [] } = live.metadata;
  const [ours, theirs] = [setsOf(managedFields, true), setsOf(managedFields, false)];
  const projected = projectFields(live as unknown as JsonObject, desired as unknown as JsonObject, {
    ours,
    theirs,
  });
  const { apiVersion, kind, metadata } = live;
  const { labels, annotations } = (projected['metadata'] ?? {}) as Partial<ObjectMeta>;
  const { name, namespace } = metadata;
  return {
    ...projected,
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

/** Sets of fields, in the form of managed fields (FieldsV1). */
interface Owners {
  ours: readonly JsonObject[];
  theirs: readonly JsonObject[];
}

function setsOf(managers: NonNullable<ObjectMeta['managedFields']>, ours: boolean): JsonObject[] {
  return managers
    .filter(({ manager, operation }) => (manager === FIELD_MANAGER && operation === 'Apply') === ours)
    .flatMap(({ fieldsV1 }) => (isObject(fieldsV1) ? [fieldsV1] : []));
}

function projectFields(live: JsonObject, desired: JsonObject | undefined, owners: Owners): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, value] of Object.entries(live)) {
    if (value === undefined || value === null) continue;
    const wanted = desired === undefined ? undefined : own(desired, key);
    const below = ownersBelow(owners, key);
    const part =
      wanted === undefined || wanted === null
        ? projectOurs(value, below)
        : projectWanted(value, wanted, below);
    if (part !== undefined) kept.push([key, part]);
  }
  return Object.fromEntries(kept);
}

/** A wanted value as far as it counts. Maps are taken field by field, unless the operator owns one as a whole. */
function projectWanted(value: Json, wanted: Json, owners: Owners): Json {
  const whole = owners.ours.length > 0 && !owners.ours.some(hasFields);
  return isObject(value) && isObject(wanted) && !whole ? projectFields(value, wanted, owners) : value;
}

/** Of a value that is not wanted, what only the operator has said before; undefined where there is nothing. */
function projectOurs(value: Json, owners: Owners): Json | undefined {
  if (isObject(value) && owners.ours.some(hasFields)) {
    const part = projectFields(value, undefined, owners);
    return Object.keys(part).length === 0 ? undefined : part;
  }
  return owners.ours.length > 0 && owners.theirs.length === 0 ? value : undefined;
}

function ownersBelow({ ours, theirs }: Owners, key: string): Owners {
  const below = (sets: readonly JsonObject[]): JsonObject[] =>
    sets.flatMap((set) => {
      const found = own(set, `f:${key}`);
      return isObject(found) ? [found] : [];
    });
  return { ours: below(ours), theirs: below(theirs) };
}

/** Whether a set names fields of a map. */
function hasFields(set: JsonObject): boolean {
  return Object.keys(set).some((key) => key.startsWith('f:'));
}
