import { displayName, objectId, type ObjectRef } from '../../api/object.ts';
import { describeMove } from '../moves/describe-move.ts';
import type { DesiredObject } from '../objects/desired.ts';
import type { PlanSize } from './approvals.ts';
import { digestText } from './revision.ts';

/** The exact change of one environment from one revision to another. */
export interface ChangePlan extends PlanSize {
  /** The first steps, as `create kind/namespace/name`, in the order of work. */
  names: readonly string[];
}

/** The most names that a plan lists. */
const MAX_NAMES = 100;

/** What a plan looks at of an object. */
export type PlannedObject = Pick<DesiredObject, 'id' | 'ref' | 'keep'>;

/** The objects that a revision wants in one environment, or those that are there where nobody knows a revision. */
export interface Side<T extends PlannedObject> {
  /** The digest of the revision; empty where none is known. */
  revision: string;
  objects: readonly T[];
}

/** What of a change only gets another place: the reference of what takes its place, by the id of what goes. */
export type MovedRefs = ReadonlyMap<string, ObjectRef>;

const NOTHING_MOVED: MovedRefs = new Map();

/**
 * The plan from what is in force to what is wanted. Its digest covers both revisions and the objects of both, so that
 * an approval is for what was seen and nothing else: another version of the operator may make other objects of a spec.
 *
 * @param digestOf the digest of an object's manifest
 * @param moved what only gets another place; default: nothing
 */
export function planChange<T extends PlannedObject>(
  before: Side<T>,
  after: Side<T>,
  digestOf: (object: T) => string,
  moved: MovedRefs = NOTHING_MOVED,
): ChangePlan {
  const old = new Map(before.objects.map((object) => [object.id, object]));
  const wanted = new Set(after.objects.map(({ id }) => id));
  const moving = before.objects.filter(({ id }) => !wanted.has(id) && moved.has(id));
  const arriving = new Set(moving.flatMap(({ id }) => toIds(moved.get(id))));
  const created = after.objects.filter(({ id }) => !old.has(id) && !arriving.has(id));
  const updated = after.objects.filter((object) => {
    const known = old.get(object.id);
    return known !== undefined && digestOf(known) !== digestOf(object);
  });
  const deleted = before.objects
    .filter(({ id, keep }) => !wanted.has(id) && !keep && !moved.has(id))
    .reverse();
  const name = (step: string, objects: readonly T[]): string[] =>
    objects.slice(0, MAX_NAMES).map(({ ref }) => `${step} ${displayName(ref)}`);
  return {
    digest: digestSides(before, after, digestOf),
    create: created.length,
    update: updated.length,
    delete: deleted.length,
    ...(moving.length === 0 ? {} : { move: moving.length }),
    names: [
      ...moving.slice(0, MAX_NAMES).map(({ id, ref }) => describeMove(ref, moved.get(id) ?? ref)),
      ...name('create', created),
      ...name('update', updated),
      ...name('delete', deleted),
    ].slice(0, MAX_NAMES),
  };
}

function toIds(ref: ObjectRef | undefined): string[] {
  return ref === undefined ? [] : [objectId(ref)];
}

function digestSides<T extends PlannedObject>(
  before: Side<T>,
  after: Side<T>,
  digestOf: (object: T) => string,
): string {
  const describe = ({ revision, objects }: Side<T>): unknown => [
    revision,
    objects.map((object) => `${object.id} ${digestOf(object)}`).sort(),
  ];
  const text = JSON.stringify([describe(before), describe(after)]);
  return digestText(text);
}
