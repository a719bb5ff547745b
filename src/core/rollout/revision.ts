import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isDeeperThan, isObject, sortKeys } from '../values/json.ts';

/** A stored revision, as far as the order of revisions decides. */
export interface StoredRevision {
  /** 1, 2, 3 … in the order in which they were wanted first. */
  revision: number;
  /** See {@link digestSpec}. */
  digest: string;
}

/** Fields of a spec that no gate holds back, or that say nothing of what is generated. */
export const NO_CONTENT: ReadonlySet<string> = new Set([
  'suspend',
  'suspendReason',
  'suspendUntil',
  'suspendScope',
  'deletionPolicy',
  'deletionProtection',
  'adoption',
  'policy',
  'rollout',
]);

/**
 * The SHA-256 of what a spec says of the objects to generate, as `sha256:<hexadecimal digits>`. Two specs of one digest
 * are the same revision.
 */
export function digestSpec(spec: object): string {
  const content = Object.entries(spec as JsonObject).filter(([field]) => !NO_CONTENT.has(field));
  const { environments, ...others } = Object.fromEntries(content);
  const text = JSON.stringify(
    sortKeys(
      environments === undefined ? others : { ...others, environments: withoutRollouts(environments) },
    ),
  );
  return digestText(text);
}

/** The deepest nesting of a snapshot. A blueprint that nests deeper does not compile. */
const MAX_DEPTH = 250;

/** Whether a stored snapshot is the spec of a digest. It is safe for values of any depth. */
export function hasDigest(snapshot: object, digest: string): boolean {
  return !isDeeperThan(snapshot, MAX_DEPTH) && digestSpec(snapshot) === digest;
}

function withoutRollouts(environments: Json): Json {
  if (!Array.isArray(environments)) return environments;
  return environments.map((environment) =>
    isObject(environment) ? { ...environment, rollout: undefined } : environment,
  );
}

/** The longest name of an object, in characters. */
const MAX_NAME = 253;

/** How many digits of a digest stand for it in a name. */
const DIGEST_LENGTH = 10;

/** What a digest begins with. */
const PREFIX = 'sha256:';

function shorten(digest: string): string {
  return digest.replace(PREFIX, '').slice(0, DIGEST_LENGTH);
}

/**
 * The name of the object that stores a revision: `<blueprint>-<first 10 of the digest>`. A name that would be too long
 * has less of the blueprint's, and a digest of that.
 */
export function revisionName(blueprint: string, digest: string): string {
  const end = `-${shorten(digest)}`;
  if (blueprint.length + end.length <= MAX_NAME) return blueprint + end;
  // Two blueprints that begin alike may have the same spec.
  const own = `-${shorten(digestText(blueprint))}`;
  return cutLabels(blueprint, MAX_NAME - own.length - end.length) + own + end;
}

/** The first characters of a name, up to a letter or digit: a label of DNS ends in no other. */
function cutLabels(name: string, most: number): string {
  let length = most;
  while (length > 0 && '-.'.includes(name.charAt(length - 1))) length -= 1;
  return name.slice(0, length);
}

/**
 * The stored revisions that go, the oldest first: all but those of the digests to `keep`, which are in force or wanted,
 * and the last `limit` of the others.
 */
export function findSurplus<T extends StoredRevision>(
  revisions: readonly T[],
  keep: ReadonlySet<string>,
  limit: number,
): T[] {
  const others = revisions.filter(({ digest }) => !keep.has(digest)).sort((a, b) => a.revision - b.revision);
  return others.slice(0, Math.max(0, others.length - limit));
}

/**
 * The number of a revision that is not stored yet: one more than the highest of those that are, and of `mentioned`,
 * which a status holds of revisions that somebody may have deleted.
 */
export function nextNumber(
  revisions: readonly Pick<StoredRevision, 'revision'>[],
  mentioned: readonly number[] = [],
): number {
  const known = [...revisions.map(({ revision }) => revision), ...mentioned];
  return known.reduce((highest, number) => Math.max(highest, number), 0) + 1;
}

/** The SHA-256 of a text, as `sha256:<hexadecimal digits>`. */
export function digestText(text: string): string {
  return `${PREFIX}${bytesToHex(sha256(utf8ToBytes(text)))}`;
}
