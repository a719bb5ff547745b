import { FIELD_MANAGER, KIND } from '../../api/names.ts';
import { type KubeObject, type ObjectMeta, withoutManagers } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isObject, own, valueAt } from '../values/json.ts';

type Managers = NonNullable<ObjectMeta['managedFields']>;

/** The path of `spec.suspend` in a set of managed fields (FieldsV1). */
const SUSPEND = ['f:spec', 'f:suspend'];

/**
 * Reduces an object's managed fields to what the local cache keeps: the fields of its spec that managers other than the
 * operator own, and the managers of `suspend`. The rest is often more than half of the object. Undefined if nothing is
 * kept.
 */
export function keepManagers(object: KubeObject): Managers | undefined {
  // Some kinds are watched by their metadata only.
  if (object['spec'] === undefined) return undefined;
  const kept = (object.metadata.managedFields ?? []).flatMap(
    ({ manager = '', operation, time, fieldsV1 }) => {
      const fields = valueAt(fieldsV1, ['f:spec']);
      if (!isObject(fields)) return [];
      const all = manager !== FIELD_MANAGER && object.kind !== KIND;
      const suspend = own(fields, 'f:suspend');
      const spec = all ? fields : suspend === undefined ? undefined : { 'f:suspend': suspend };
      return spec === undefined ? [] : [{ manager, operation, time, fieldsV1: { 'f:spec': spec } }];
    },
  );
  return kept.length === 0 ? undefined : (kept as Managers);
}

/** The object with only those managed fields that {@link keepManagers} answers. The object itself is not changed. */
export function trimManagers(object: KubeObject): KubeObject {
  const trimmed = withoutManagers(object);
  const kept = keepManagers(object);
  return kept === undefined
    ? trimmed
    : { ...trimmed, metadata: { ...trimmed.metadata, managedFields: kept } };
}

/** Finds the managers, other than the operator, of fields of the live object that the manifest sets. */
export function findOtherManagers(manifest: KubeObject, live: KubeObject): string[] {
  const desired = manifest['spec'];
  if (!isObject(desired)) return [];
  return (live.metadata.managedFields ?? []).flatMap(({ manager = '', fieldsV1 }) => {
    const fields = valueAt(fieldsV1, ['f:spec']);
    return manager !== FIELD_MANAGER && isObject(fields) && ownsAny(fields, desired) ? [manager] : [];
  });
}

/** Whether a set of managed fields holds a desired field. Maps are compared field by field, lists as a whole. */
function ownsAny(fields: JsonObject, desired: JsonObject): boolean {
  return Object.entries(fields).some(([key, below]) => {
    const value = key.startsWith('f:') ? own(desired, key.slice(2)) : undefined;
    if (value === undefined) return false;
    const named = isObject(below) && Object.keys(below).some((child) => child.startsWith('f:'));
    return isObject(value) && named ? ownsAny(below, value) : true;
  });
}

/** Finds when `spec.suspend` was set last, as RFC 3339; undefined if it is not set or the time is not known. */
export function findSuspendedSince(live: KubeObject): string | undefined {
  const times = (live.metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => valueAt(fieldsV1, SUSPEND) !== undefined)
    .flatMap(({ time }) => time ?? []);
  return times.sort().at(-1);
}

/** The most keys that are answered, and the most characters: a blueprint can refer to thousands of Secrets. */
const MAX_KEYS = 100;
const MAX_KEY_CHARACTERS = 4096;

/**
 * Finds the keys of a Secret's or ConfigMap's data from its managed fields; undefined if these name no data, or too
 * many keys.
 */
export function findDataKeys({ managedFields = [] }: ObjectMeta): string[] | undefined {
  const sets = managedFields.flatMap(({ fieldsV1 }) =>
    ['f:data', 'f:stringData', 'f:binaryData'].map((field) => valueAt(fieldsV1, [field])),
  );
  const known = sets.filter(isObject);
  if (known.length === 0) return undefined;
  const keys = known.flatMap((fields) => Object.keys(fields)).filter((key) => key.startsWith('f:'));
  const found = [...new Set(keys.map((key) => key.slice(2)))];
  const characters = found.reduce((sum, key) => sum + key.length, 0);
  return found.length > MAX_KEYS || characters > MAX_KEY_CHARACTERS ? undefined : found.sort();
}
