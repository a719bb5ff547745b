import { objectKey } from '../../api/object.ts';

/** What lint asks about: an object of others, in no version in particular. */
export interface LookupSubject {
  kind: string;
  namespace: string;
  name: string;
}

/** The key of a subject among the lookups. */
export function lookupKey({ kind, namespace, name }: LookupSubject): string {
  return objectKey(kind, namespace, name);
}

/** What the cluster answered about an object that others make and a blueprint refers to. It is not watched. */
export interface Lookup {
  /** Undefined where the account may not ask. */
  exists: boolean | undefined;
  /** The keys of its data, where its metadata names them. */
  keys: readonly string[] | undefined;
  /** When it was last asked, in monotonic milliseconds. */
  at: number;
  /** Since when `exists` has been the same, in monotonic milliseconds. */
  since: number;
}

/** How long an answer holds, in milliseconds. */
const LIFETIME_MS = 300_000;

/** How soon to ask again for what is missing, in milliseconds. */
const MISSING_MS = 5_000;

/** How long an answer holds: for what is missing, as long again as it has been missing, between the two bounds. */
function lifetimeOf({ exists, at, since }: Lookup): number {
  if (exists !== false) return LIFETIME_MS;
  return Math.min(LIFETIME_MS, Math.max(MISSING_MS, at - since));
}

/**
 * Whether to ask again.
 *
 * @param now monotonic milliseconds
 * @param changed whether the blueprint changed or a reconcile was requested: then what is missing is asked for at once
 */
export function isLookupDue(lookup: Lookup | undefined, now: number, changed: boolean): boolean {
  if (lookup === undefined) return true;
  return (changed && lookup.exists === false) || now - lookup.at >= lifetimeOf(lookup);
}

/** In how many milliseconds to ask again for what is missing; undefined for anything else: no watch reports it. */
export function nextLookupIn(lookup: Lookup | undefined, now: number): number | undefined {
  return lookup?.exists === false ? lookup.at + lifetimeOf(lookup) - now : undefined;
}

/** The lookup after another answer. */
export function nextLookup(
  before: Lookup | undefined,
  answer: Pick<Lookup, 'exists' | 'keys'>,
  now: number,
): Lookup {
  const since = before !== undefined && before.exists === answer.exists ? before.since : now;
  return { ...answer, at: now, since };
}
