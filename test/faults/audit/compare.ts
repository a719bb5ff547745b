import { FIELD_MANAGER } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';

type Fields = Record<string, unknown>;

/** The paths at which an object is not as it was applied. What others and the API server added does not count. */
export function findDifferences(wanted: KubeObject, live: KubeObject): string[] {
  return compare(wanted, live, '');
}

/** Written apart from the operator's own comparison, which is what is under test. */
function compare(wanted: unknown, live: unknown, path: string): string[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length) return [path];
    return wanted.flatMap((item, i) => compare(item, live[i], `${path}[${i}]`));
  }
  if (!isFields(wanted)) return Object.is(wanted, live) ? [] : [path];
  if (!isFields(live)) return [path];
  return Object.entries(wanted).flatMap(([key, value]) => compare(value, live[key], `${path}.${key}`));
}

/** The fields that the API server holds for ours and that are not wanted: left over from an earlier version. */
export function findLeftOver(wanted: KubeObject, live: KubeObject): string[] {
  const owned = (live.metadata.managedFields ?? []).filter(({ manager }) => manager === FIELD_MANAGER);
  return owned.flatMap(({ fieldsV1 }) => beyond(fieldsV1, wanted, ''));
}

/** `f:name` is a field; members of lists and sets (`k:`, `v:`) go with their list. */
function beyond(owned: unknown, wanted: unknown, path: string): string[] {
  if (!isFields(owned)) return [];
  return Object.entries(owned).flatMap(([key, below]) => {
    if (!key.startsWith('f:')) return [];
    const field = key.slice(2);
    if (!isFields(wanted) || !Object.hasOwn(wanted, field)) return [`${path}.${field}`];
    return beyond(below, wanted[field], `${path}.${field}`);
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
