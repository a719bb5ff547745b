/**
 * What a change of a blueprint does to its objects, field by field: comparing (this file), the credentials in it
 * (`credentials.ts`), what of a live object counts (`project-live.ts`), a whole blueprint (`changes.ts`), and how it is
 * printed (`lines.ts`, `print-text.ts`, `print-markdown.ts`, `print-data.ts`). Everything is pure. Begin with
 * {@link compareManifests}, then read `changes.ts`.
 */
import type { Json, KubeObject } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { equalJson, isObject, own } from '../values/json.ts';
import { type Steps, compare, joinPath } from '../values/path.ts';
import { CredentialPlaces, hide } from './credentials.ts';

/** One field that differs. */
export interface FieldChange {
  /** Where, as people read it: `spec.interval`, `spec.patches[0].patch`. */
  path: string;
  /** Undefined where the field is absent. */
  before: Json | undefined;
  after: Json | undefined;
  /** Whether something in the values looks like a credential, so that {@link HIDDEN} stands for it. */
  hidden: boolean;
}

/** A field that differs, by its steps. Its values are not hidden yet. */
interface Difference {
  steps: Steps;
  before: Json | undefined;
  after: Json | undefined;
}

/**
 * Compares two versions of an object: labels, annotations, and everything but the rest of its metadata and its status.
 * An object that one of them lacks is answered by each value in it. An item of a list that is added has the index that
 * it gets, one that is removed the index that it had; both are answered whole.
 *
 * @param before undefined for an object that is created
 * @param after undefined for one that is deleted
 */
export function compareManifests(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): readonly FieldChange[] {
  const found: Difference[] = [];
  compareAt(contentOf(before), contentOf(after), [], found);
  if (found.length === 0) return [];
  const places = [before, after].map((object) => new CredentialPlaces(object));
  return found.map(({ steps, before: old, after: present }) => {
    const [shownOld, shownPresent] = [old, present].map((value) => hide(value, steps, places));
    const hidden = shownOld !== old || shownPresent !== present;
    return { path: joinPath('', steps), before: shownOld, after: shownPresent, hidden };
  });
}

/** The fields that are compared. */
function contentOf(object: KubeObject | undefined): Json | undefined {
  if (object === undefined) return undefined;
  const { labels, annotations } = object.metadata;
  const metadata = Object.fromEntries(
    Object.entries({ labels, annotations }).filter(([, map]) => Object.keys(map ?? {}).length > 0),
  );
  const others = Object.entries(object).filter(([field]) => !['kind', 'metadata', 'status'].includes(field));
  const fields = Object.keys(metadata).length === 0 ? others : [...others, ['metadata', metadata] as const];
  return Object.fromEntries(fields) as Json;
}

/** Notes what differs at a place. All comparisons share one list of steps, as copies for each field take long. */
function compareAt(
  before: Json | undefined,
  after: Json | undefined,
  steps: (string | number)[],
  found: Difference[],
): void {
  if (before === after) return;
  const fields = asPair(before, after, isObject);
  const items = fields === undefined ? asPair(before, after, isList) : undefined;
  if (fields !== undefined) {
    noteEmpty(before, after, steps, found);
    compareFields(...fields, steps, found);
  } else if (items !== undefined) {
    noteEmpty(before, after, steps, found);
    compareItems(...items, steps, found);
  } else found.push({ steps: [...steps], before, after });
}

function isList(value: unknown): value is Json[] {
  return Array.isArray(value);
}

/**
 * Two values to be compared by what is in them: both are such, or one is, holds something, and the other is absent.
 * Undefined for all others.
 */
function asPair<T extends object>(
  before: Json | undefined,
  after: Json | undefined,
  is: (value: unknown) => value is T,
): [T | undefined, T | undefined] | undefined {
  if (is(before) && is(after)) return [before, after];
  if (before === undefined && is(after) && Object.keys(after).length > 0) return [undefined, after];
  if (after === undefined && is(before) && Object.keys(before).length > 0) return [before, undefined];
  return undefined;
}

/** Notes where something empty becomes filled, or the other way: to be empty and to be absent are two things. */
function noteEmpty(
  before: Json | undefined,
  after: Json | undefined,
  steps: readonly (string | number)[],
  found: Difference[],
): void {
  const [old, present] = [before, after].map((value) => (isEmpty(value) ? value : undefined));
  if ((old === undefined) !== (present === undefined))
    found.push({ steps: [...steps], before: old, after: present });
}

function isEmpty(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function compareFields(
  before: JsonObject | undefined = {},
  after: JsonObject | undefined = {},
  steps: (string | number)[],
  found: Difference[],
): void {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of [...keys].sort(compare)) {
    steps.push(key);
    compareAt(own(before, key), own(after, key), steps, found);
    steps.pop();
  }
}

/**
 * Compares lists by what is between the items that they begin and end with alike: one by one, and what one of them has
 * more of is added or removed.
 */
function compareItems(
  before: readonly Json[] | undefined = [],
  after: readonly Json[] | undefined = [],
  steps: (string | number)[],
  found: Difference[],
): void {
  // Items of lists of one length have their places, so that no end of it is the same by chance.
  const shorter = before.length === after.length ? 0 : Math.min(before.length, after.length);
  const start = countEqual(shorter, (i) => equalJson(before[i], after[i]));
  const end = countEqual(shorter - start, (i) => equalJson(before.at(-1 - i), after.at(-1 - i)));
  const longest = Math.max(before.length, after.length) - end;
  for (let i = start; i < longest; i++) {
    const [old, present] = [itemIn(before, i, end), itemIn(after, i, end)];
    steps.push(i);
    if (old === undefined || present === undefined)
      found.push({ steps: [...steps], before: old, after: present });
    else compareAt(old, present, steps, found);
    steps.pop();
  }
}

/** How many of the first so many are equal. */
function countEqual(most: number, isEqual: (index: number) => boolean): number {
  let count = 0;
  while (count < most && isEqual(count)) count += 1;
  return count;
}

/** An item of a list without its last ones. */
function itemIn(list: readonly Json[], index: number, end: number): Json | undefined {
  return index < list.length - end ? list[index] : undefined;
}
