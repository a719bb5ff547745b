import type { RolloutStatus, Status } from '../../api/schema/status.ts';
import type { InForce } from './decide.ts';
import type { StoredRevision } from './revision.ts';
import { formatTime, parseTime } from './clock/times.ts';

/** What is in force by the status: an entry for each environment; under undefined for a blueprint without them. */
export type InForceByStage = ReadonlyMap<string | undefined, InForce>;

/** The revisions of a blueprint that are stored. */
export interface KnownRevisions {
  /** Whether one of this digest is. */
  has: (digest: string) => boolean;
  /** The one of a number; undefined where there is none. */
  find: (revision: number | undefined) => StoredRevision | undefined;
}

/**
 * Reads what is in force from a status. What it says of revisions that are not stored is left out, but for the one in
 * force: whoever can write a status can name any, and what is in force must be known to be missed.
 */
export function readInForce(status: Status, stored: KnownRevisions): InForceByStage {
  return new Map(
    [...stagesOf(status)].flatMap(([name, part]) => {
      const inForce = readPart(part, stored);
      return inForce === undefined ? [] : [[name, inForce] as const];
    }),
  );
}

/** What a status says of each environment, by its name; under undefined what it says of the blueprint as a whole. */
export function stagesOf({
  environments = [],
  ...whole
}: Status): ReadonlyMap<string | undefined, StageStatus> {
  return new Map<string | undefined, StageStatus>([
    [undefined, whole],
    ...environments.map((environment) => [environment.name, environment] as const),
  ]);
}

/** What a status says of the revisions in one environment, or in a blueprint without environments. */
export type StageStatus = RolloutStatus & Pick<Status, 'plan'>;

function readPart({ revision, inForce }: RolloutStatus, stored: KnownRevisions): InForce | undefined {
  if (revision === undefined || inForce === undefined) return undefined;
  const { digest, since, completedAt, settledAt, previous, failed, earlier = [] } = inForce;
  return {
    revision,
    digest,
    stored: stored.has(digest),
    since: parseTime(since),
    completedAt: parseTime(completedAt),
    settledAt: parseTime(settledAt),
    previous: stored.find(previous),
    failed: stored.find(failed)?.revision,
    earlier: earlier.filter((number) => stored.find(number) !== undefined),
  };
}

/** Which times of a revision in force are kept: those that something is decided by. */
export interface KeptTimes {
  /** Whether there is a deadline, so that it counts when the revision came in force and when it was complete. */
  deadline: boolean;
  /** Whether another environment comes after this one, so that it counts since when it is settled. */
  followed: boolean;
}

/** What a status says of the revision in force. */
export function describeInForce(
  { revision, digest, since, completedAt, settledAt, previous, failed, earlier }: InForce,
  { deadline, followed }: KeptTimes,
): Pick<RolloutStatus, 'revision' | 'inForce'> {
  return {
    revision,
    inForce: {
      digest,
      ...(deadline && since !== undefined ? { since: formatTime(since) } : {}),
      ...(deadline && completedAt !== undefined ? { completedAt: formatTime(completedAt) } : {}),
      ...(followed && settledAt !== undefined ? { settledAt: formatTime(settledAt) } : {}),
      ...(previous === undefined ? {} : { previous: previous.revision }),
      ...(failed === undefined ? {} : { failed }),
      ...(earlier.length === 0 ? {} : { earlier: [...earlier] }),
    },
  };
}
