import { type Approval, isApprovalOf } from './approvals.ts';
import type { ChangePlan } from './change-plan.ts';
import { type ClosedGate, findClosedGate } from './gates.ts';
import { judgeProgress } from './progress.ts';
import type { StoredRevision } from './revision.ts';
import type { RolloutSettings } from './settings.ts';
import { formatDuration } from './times.ts';

/** What is in force in one environment, or in all of a blueprint without them. Times are in ms since the epoch. */
export interface InForce extends StoredRevision {
  /** When it came in force. */
  since: number;
  /** When everything was ready with it first: its progress is judged no more. */
  completedAt?: number | undefined;
  /** Since when everything has been ready with it; undefined while something is not. */
  settledAt?: number | undefined;
  /** The one before, to go back to. */
  previous?: StoredRevision | undefined;
  /** The digest of the revision that failed here, and is not tried again by itself. */
  failed?: string | undefined;
}

/** One environment, or the whole of a blueprint without them, as far as it is decided what comes in force there. */
export interface Stage {
  /** Its name; undefined for a blueprint without environments. */
  environment: string | undefined;
  /** The environment that comes before. */
  after: string | undefined;
  settings: RolloutSettings;
  /** As the status has it; undefined where nothing ever was. */
  inForce: InForce | undefined;
  /** Names of the objects in `requires` that are not ready. */
  unready: readonly string[];
  deletions: { count: number; of: number };
  /** From what is in force to what is wanted. */
  plan: ChangePlan;
  approval: Approval | undefined;
  /** Whether the wanted revision was in force here before. */
  known: boolean;
}

/** What decides about all stages together. */
export interface Deciding {
  /** In an order in which each comes after the one that its `after` names. */
  stages: readonly Stage[];
  wanted: StoredRevision;
  /** In milliseconds since the epoch. */
  now: number;
  /** Whether all objects of an environment are there as a revision wants them, and ready. */
  isSettled: (environment: string | undefined, digest: string) => boolean;
}

/** What is in force in a stage from now on. */
export interface Decision {
  environment: string | undefined;
  /** Undefined where nothing is: the first installation waits. */
  inForce: InForce | undefined;
  /** What the wanted revision waits for; undefined where it is in force. */
  waitsFor: ClosedGate | undefined;
  /** How soon to decide again, in milliseconds, should nothing else happen; undefined where time decides nothing. */
  againInMs: number | undefined;
}

/**
 * Decides what comes in force in each stage. What is in force already stays, whatever its gates say now: what has begun
 * is finished. A change that takes longer than its deadline has failed, and the revision before may come back.
 */
export function decideStages({ stages, wanted, now, isSettled }: Deciding): Decision[] {
  const decided = new Map<string | undefined, Decision>();
  for (const stage of stages) {
    const judged = judge(stage, { wanted, now, isSettled });
    decided.set(stage.environment, judged ?? pass(stage, decided, { wanted, now, isSettled }));
  }
  return [...decided.values()];
}

type Known = Pick<Deciding, 'wanted' | 'now' | 'isSettled'>;

/** Decides about a stage where the wanted revision is in force; undefined elsewhere. */
function judge(stage: Stage, { wanted, now, isSettled }: Known): Decision | undefined {
  const { environment, inForce, settings } = stage;
  if (inForce?.digest !== wanted.digest) return undefined;
  const settled = isSettled(environment, wanted.digest);
  const here = { environment, waitsFor: undefined, againInMs: undefined };
  if (settled) {
    const { completedAt = now, settledAt = now } = inForce;
    return { ...here, inForce: { ...inForce, completedAt, settledAt, failed: undefined } };
  }
  const progress = judgeProgress({
    inForceSince: inForce.since,
    settled: inForce.completedAt !== undefined,
    deadlineMs: settings.progressDeadlineMs,
    onFailure: settings.onFailure,
    now,
  });
  const unsettled = { ...inForce, settledAt: undefined };
  if (progress.state !== 'failed')
    return {
      ...here,
      inForce: unsettled,
      againInMs: progress.state === 'going' ? progress.leftMs : undefined,
    };
  const { previous } = inForce;
  if (!progress.rollback || previous === undefined)
    return { ...here, inForce: { ...unsettled, failed: wanted.digest } };
  return {
    ...here,
    inForce: { ...previous, since: now, failed: wanted.digest },
    waitsFor: explainFailure(stage, wanted),
  };
}

/** Decides whether the wanted revision comes in force in a stage that has another one, or none. */
function pass(
  stage: Stage,
  decided: ReadonlyMap<string | undefined, Decision>,
  { wanted, now }: Known,
): Decision {
  const { environment, inForce, plan, approval } = stage;
  const stays = { environment, inForce, againInMs: undefined };
  // It failed here: only a person has it tried again.
  if (inForce?.failed === wanted.digest && !isApprovalOf(approval, plan))
    return { ...stays, waitsFor: explainFailure(stage, wanted) };
  const closed = findClosedGate({
    ...stage,
    after: comesAfter(stage, decided, wanted),
    first: inForce === undefined,
    now,
  });
  if (closed !== undefined)
    return {
      ...stays,
      waitsFor: closed,
      againInMs: closed.opens === undefined ? undefined : Math.max(0, closed.opens - now),
    };
  const previous = inForce && { revision: inForce.revision, digest: inForce.digest };
  return { ...stays, inForce: { ...wanted, since: now, previous }, waitsFor: undefined };
}

/** The environment that comes before, and since when it is settled with the wanted revision. */
function comesAfter(
  { after }: Stage,
  decided: ReadonlyMap<string | undefined, Decision>,
  wanted: StoredRevision,
): { name: string; settledSince: number | undefined } | undefined {
  if (after === undefined) return undefined;
  const before = decided.get(after)?.inForce;
  const failed = before?.failed === wanted.digest;
  return {
    name: after,
    settledSince: before?.digest === wanted.digest && !failed ? before.settledAt : undefined,
  };
}

function explainFailure({ environment, settings }: Stage, { revision }: StoredRevision): ClosedGate {
  const where = environment === undefined ? '' : ` in ${environment}`;
  const deadline =
    settings.progressDeadlineMs === undefined ? '' : ` within ${formatDuration(settings.progressDeadlineMs)}`;
  return {
    gate: 'Approval',
    message: `revision ${revision} was not ready${where}${deadline}, and is not tried again there by itself: change the blueprint, or approve it`,
  };
}
