/**
 * How an object comes wholly under a blueprint: what of it former appliers own (`former-appliers.ts`), how that becomes
 * the operator's, so that the next apply removes what the blueprint does not say (this file), and who applies the
 * object still (`find-parent.ts`). Everything is pure and works on managed fields (`field-set.ts`). Start with
 * {@link planTakeOver}.
 */

import { FIELD_MANAGER } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { emptyObject, isDeeperThan, isObject, own } from '../values/json.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { memoize } from '../values/memoize.ts';
import { compare } from '../values/path.ts';
import { type Choice, type FieldSet, type SplitSet, isEmptySet, splitSet, uniteSets } from './field-set.ts';
import {
  type ManagedFields,
  OWNER_ANNOTATIONS,
  OWNER_LABELS,
  isDeclared,
  isFormerApplier,
} from './former-appliers.ts';
import { findUnowned } from './unowned-fields.ts';

/** What has to be written before the apply that makes an object what its manifest says. */
export interface TakeOver {
  /** The managers whose fields become the operator's, sorted; empty where only marks of an owner go. */
  from: string[];
  /** The managed fields of the object from then on; without a meaning where `from` is empty. */
  managedFields: ManagedFields[];
  /** The labels and annotations of former owners that go. */
  labels: string[];
  annotations: string[];
  /** A merge patch of the spec, which removes what no apply can: empty lists and maps that no other manager owns. */
  spec: JsonObject | undefined;
}

/** Sets that nest deeper than any that a real object has stay as they are. */
const MAX_DEPTH = 200;

/**
 * Plans how the operator takes over the fields that former appliers own of a live object; undefined where there is
 * nothing to take.
 *
 * Taken are their labels, annotations and all that is neither metadata nor status. Statuses, finalizers, owner
 * references, requests to Flux, and `spec.suspend` where somebody set it by hand stay with whoever owns them, and so
 * does everything of other managers.
 *
 * @param live the object with all of its managed fields
 * @param manifest what the blueprint says of it; its own labels and annotations are no marks of others
 */
export function planTakeOver(live: KubeObject, manifest: KubeObject): TakeOver | undefined {
  const { labels, annotations, managedFields = [] } = live.metadata;
  const marks = {
    labels: findMarks(OWNER_LABELS, labels, manifest.metadata.labels),
    annotations: findMarks(OWNER_ANNOTATIONS, annotations, manifest.metadata.annotations),
  };
  const from = new Set<string>();
  const entries: ManagedFields[] = [];
  let ours: ManagedFields = { manager: FIELD_MANAGER, operation: 'Apply' };
  for (const entry of managedFields) {
    const { taken, left } = isOurs(entry) ? splitOurs(entry) : splitEntry(entry);
    if (!isEmptySet(left)) entries.push({ ...entry, fieldsV1: left });
    if (isEmptySet(taken)) continue;
    ours = unite(ours, entry, taken);
    if (!isOurs(entry)) from.add(entry.manager ?? '');
  }
  if (from.size + marks.labels.length + marks.annotations.length === 0) return undefined;
  // An applier has one entry, whatever versions of the API it has applied.
  const united = { ...ours, apiVersion: manifest.apiVersion, fieldsType: 'FieldsV1' };
  const spec = findUnowned(live['spec'], manifest['spec'], setsOf(entries, 'f:spec'), MAX_DEPTH);
  return { from: [...from].sort(compare), managedFields: [...entries, united], ...marks, spec };
}

/**
 * The first former applier that owns anything of a live object which {@link planTakeOver} would take; undefined where
 * none does.
 */
export const findFormerApplier = memoize(({ metadata: { managedFields = [] } }: KubeObject) => {
  return managedFields.find((entry) => !isEmptySet(splitEntry(entry).taken))?.manager;
});

/**
 * The patch (RFC 7386) that carries a take-over out. It holds the version of the object that was read, so that the API
 * server refuses it with a conflict where the object has changed meanwhile.
 */
export function toTakeOverPatch(
  { metadata: { uid, resourceVersion } }: KubeObject,
  { from, managedFields, labels, annotations, spec }: TakeOver,
): Record<string, unknown> {
  const gone = (names: string[]): object => Object.fromEntries(names.map((name) => [name, null]));
  return {
    metadata: {
      uid,
      resourceVersion,
      ...(from.length === 0 ? {} : { managedFields }),
      ...(labels.length === 0 ? {} : { labels: gone(labels) }),
      ...(annotations.length === 0 ? {} : { annotations: gone(annotations) }),
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** What entries own of a field at the root. */
function setsOf(entries: readonly ManagedFields[], field: string): FieldSet[] {
  return entries.map((entry) => own(fieldsOf(entry), field)).filter(isObject);
}

function findMarks(
  marks: readonly string[],
  live: Record<string, string> = {},
  wanted: Record<string, string> = {},
): string[] {
  return marks.filter((mark) => Object.hasOwn(live, mark) && !Object.hasOwn(wanted, mark));
}

function isOurs({ manager, subresource = '' }: ManagedFields): boolean {
  return manager === FIELD_MANAGER && subresource === '';
}

function splitOurs(entry: ManagedFields): SplitSet {
  return { taken: fieldsOf(entry), left: emptyObject() };
}

function fieldsOf({ fieldsV1 }: ManagedFields): FieldSet {
  return isObject(fieldsV1) ? fieldsV1 : emptyObject();
}

/** Adds fields to an entry. The later of both times counts; times of RFC 3339 in UTC sort as text. */
function unite(ours: ManagedFields, { time }: ManagedFields, fields: FieldSet): ManagedFields {
  const times = [ours.time, time].filter((one) => one !== undefined).sort();
  const latest = times.at(-1);
  const fieldsV1 = uniteSets(fieldsOf(ours), fields);
  return { ...ours, ...(latest === undefined ? {} : { time: latest }), fieldsV1 };
}

/** Annotations that ask Flux for something once. */
const REQUESTS = 'f:reconcile.fluxcd.io/';

/** Splits what an entry owns into what the operator takes and what is left to its manager. */
function splitEntry(entry: ManagedFields): SplitSet {
  if (!isFormerApplier(entry) || isDeeperThan(entry.fieldsV1, MAX_DEPTH))
    return { taken: emptyObject(), left: fieldsOf(entry) };
  const declared = isDeclared(entry);
  return splitSet(fieldsOf(entry), (field) => {
    if (field === 'f:metadata') return chooseMetadata;
    if (field === 'f:spec') return (key) => (key === 'f:suspend' && !declared ? 'leave' : 'take');
    return field === 'f:status' ? 'leave' : 'take';
  });
}

function chooseMetadata(field: string): Choice {
  if (field === 'f:labels') return 'take';
  if (field === 'f:annotations') return (name) => (name.startsWith(REQUESTS) ? 'leave' : 'take');
  return 'leave';
}
