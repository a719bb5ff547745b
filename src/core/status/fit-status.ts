import type {
  Condition,
  EnvironmentStatus,
  FindingStatus,
  LayerStatus,
  Status,
} from '../../api/schema/status.ts';
import { clip, countBytes, truncateLines } from '../values/truncate.ts';

/**
 * The largest status, in bytes as JSON. Each update writes the whole status, and every reader of the blueprint receives
 * it.
 */
export const MAX_STATUS_BYTES = 200_000;
/** The room that all lists together always get, in bytes, even if the rest of the status is too long already. */
const MIN_LISTS_BYTES = 10_000;

/** The share of the room that the names of a plan get. */
const PLAN_SHARE = 0.1;
/** The share of the room that the names of the plans of all environments get. */
const ENVIRONMENTS_SHARE = 0.2;
/** The most of what an environment waits for where there is too little room, in characters. */
const SHORT_MESSAGE = 60;
/** The most of the message of a condition where there is too little room, in bytes. */
const SHORT_CONDITION_BYTES = 2_000;
/** How many revisions that were in force are kept there: the others need a new approval to come back. */
const FEW_REVISIONS = 5;
/** The lists that may be shortened, in the order in which they get room, each with its share of what is left. */
const SHARES = [
  ['webhooks', 0.1],
  ['layers', 0.4],
  ['findings', 0.4],
  ['components', 1],
] as const;

/**
 * Shortens the informative lists of a status so that the whole fits in `limit` bytes (default: 200 000). It never
 * touches what the operator works from: the inventory, digests, and what is in force in each environment; the message
 * of a condition may get shorter, and never its reason.
 * Lists lose entries at their end; the list of components begins with root causes; of the layers, those that are not
 * ready stay longest, and of the findings the worst. Returns the same object if the status fits already.
 */
export function fitStatus(status: Status, limit = MAX_STATUS_BYTES): Status {
  if (countBytes(status) <= limit) return status;
  const fitted = withoutLists(status, limit);
  // The 200 bytes are for the names of the lists' fields.
  let room = Math.max(MIN_LISTS_BYTES, limit - countBytes(fitted) - 200);
  const { plan } = status;
  if (plan !== undefined) {
    const names = takeUpTo(plan.names, room * PLAN_SHARE);
    room -= countBytes(names);
    fitted['plan'] = { ...plan, names };
  }
  room -= nameSteps(status, fitted, room * ENVIRONMENTS_SHARE);
  for (const [field, share] of SHARES) {
    if (status[field] === undefined) continue;
    const kept = takeFrom(status, field, room * share);
    room -= countBytes(kept);
    fitted[field] = kept;
  }
  return fitted;
}

/** A status less its informative lists. */
function withoutLists(status: Status, limit: number): Record<string, unknown> {
  const { plan, environments, conditions } = status;
  const cut = new Set<string>(SHARES.map(([field]) => field));
  const fitted: Record<string, unknown> = Object.fromEntries(
    Object.entries(status).filter(([field]) => !cut.has(field)),
  );
  if (plan !== undefined) fitted['plan'] = { ...plan, names: [] };
  if (environments !== undefined) fitted['environments'] = environments.map((one) => shorten(one, 0));
  if (conditions !== undefined && countBytes(fitted) > limit - MIN_LISTS_BYTES)
    fitted['conditions'] = conditions.map(shortenMessage);
  return fitted;
}

/** Names as many steps of the plans of environments as fit in so many bytes; answers how many that takes. */
function nameSteps({ environments }: Status, fitted: Record<string, unknown>, bytes: number): number {
  if (environments === undefined) return 0;
  const before = countBytes(fitted['environments']);
  const named = environments.map((one) => shorten(one, bytes / environments.length));
  fitted['environments'] = named;
  return countBytes(named) - before;
}

/** A condition with the beginning of its message. */
function shortenMessage(condition: Condition): Condition {
  return { ...condition, message: truncateLines(condition.message, SHORT_CONDITION_BYTES) };
}

/** An environment with as many names of its plan as fit, and the beginning of what it waits for. */
function shorten(environment: EnvironmentStatus, namesBytes: number): EnvironmentStatus {
  const { plan, waitsFor, inForce } = environment;
  return {
    ...environment,
    ...(inForce?.earlier === undefined
      ? {}
      : { inForce: { ...inForce, earlier: inForce.earlier.slice(0, FEW_REVISIONS) } }),
    ...(plan === undefined ? {} : { plan: { ...plan, names: takeUpTo(plan.names, namesBytes) } }),
    ...(waitsFor === undefined
      ? {}
      : { waitsFor: { ...waitsFor, message: clip(waitsFor.message, SHORT_MESSAGE) } }),
  };
}

function takeFrom(status: Status, field: (typeof SHARES)[number][0], bytes: number): unknown[] {
  const { layers = [], findings = [] } = status;
  if (field === 'layers') return takeByRank(layers, rankLayer, bytes);
  if (field === 'findings') return takeByRank(findings, rankFinding, bytes);
  return takeUpTo<unknown>(status[field] ?? [], bytes);
}

/** Layers that are not ready stay longest. */
function rankLayer({ state }: LayerStatus): number {
  return state === 'Ready' ? 1 : 0;
}

/** The findings without a path, which count those that are not listed, stay longest; then the worst. */
function rankFinding({ severity, path }: FindingStatus): number {
  return path === '' ? 0 : 1 + ['error', 'warning', 'info'].indexOf(severity);
}

/** Takes what has the lowest rank first, and leaves it in its order. */
function takeByRank<T>(list: readonly T[], rank: (item: T) => number, bytes: number): T[] {
  const kept = new Set(
    takeUpTo(
      [...list].sort((a, b) => rank(a) - rank(b)),
      bytes,
    ),
  );
  return list.filter((item) => kept.has(item));
}

function takeUpTo<T>(list: readonly T[], bytes: number): T[] {
  let left = bytes - '[]'.length;
  const end = list.findIndex((item) => (left -= countBytes(item) + ','.length) < 0);
  return end < 0 ? [...list] : list.slice(0, end);
}
