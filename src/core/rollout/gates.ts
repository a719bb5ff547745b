import type { Approval } from '../../api/schema/revision/approval.ts';
import { GATES, type GateName } from '../../api/schema/status.ts';
import { joinFirst } from '../values/suggest.ts';
import { clip } from '../values/truncate.ts';
import { type PlanSize, countSteps, isApprovalOf, namePlan } from './approvals.ts';
import type { RolloutSettings } from './settings.ts';
import { formatDuration } from './clock/times.ts';
import { stateOfWindows } from './clock/windows.ts';

/** What a change deletes. */
export interface Deletions {
  /** How many generated objects. */
  count: number;
  /** Of how many that are there now. */
  of: number;
  /**
   * Whether all are among them, or all that deploy something, and the change has no others in their place. Default:
   * false.
   */
  empties?: boolean;
}

/** What gates decide by, for one environment, or for a blueprint without environments. */
export interface GateInput {
  settings: RolloutSettings;
  /** Its name; undefined for a blueprint without environments. */
  environment: string | undefined;
  /**
   * The environment that comes before; undefined where none does. `settledSince` is when that was settled with the
   * wanted revision, in milliseconds since the epoch; undefined where it is not.
   */
  after: { name: string; settledSince: number | undefined } | undefined;
  /** In milliseconds since the epoch. */
  now: number;
  /** Names of the objects in `requires` that are not ready. */
  unready: readonly string[];
  deletions: Deletions;
  /** Whether nothing is in force there yet. */
  first: boolean;
  /** Whether the wanted revision was in force there before, and is in the history. It needs no new approval. */
  known: boolean;
  plan: PlanSize;
  /** The entry for the environment among the approvals of the wanted revision; undefined where there is none. */
  approval: Approval | undefined;
}

/** A gate that a change waits for. */
export interface ClosedGate {
  gate: GateName;
  /** What it waits for, for people. */
  message: string;
  /** When it opens by itself, in milliseconds since the epoch; missing if that is not known. */
  opens?: number;
}

/** The longest message, in characters. */
const MAX_MESSAGE = 1024;

/** The most objects that a message names. */
const MAX_NAMES = 5;

type Closed = Omit<ClosedGate, 'gate'>;

/** Each says what its gate waits for; undefined where it is open. */
const CHECKS: Readonly<Record<GateName, (input: GateInput) => Closed | undefined>> = {
  After: checkAfter,
  Window: checkWindow,
  Requires: checkRequires,
  MaxDeletions: checkMaxDeletions,
  Approval: checkApproval,
};

/**
 * The first gate that is closed; undefined where the change may come in force. A plan that changes nothing waits for
 * the environment before it only.
 */
export function findClosedGate(input: GateInput): ClosedGate | undefined {
  const { plan } = input;
  const changes = countSteps(plan) > 0;
  for (const gate of changes ? GATES : (['After'] as const)) {
    const closed = CHECKS[gate](input);
    if (closed !== undefined) return { gate, ...closed, message: clip(closed.message, MAX_MESSAGE) };
  }
  return undefined;
}

function checkAfter({ after, settings: { soakMs }, now }: GateInput): Closed | undefined {
  if (after === undefined) return undefined;
  const { name, settledSince } = after;
  if (settledSince === undefined) return { message: `${name} must be ready with the same revision first` };
  const opens = settledSince + soakMs;
  if (now >= opens) return undefined;
  return {
    message: `${name} must have been ready with the same revision for ${formatDuration(soakMs)}`,
    opens,
  };
}

function checkWindow(input: GateInput): Closed | undefined {
  if (isApproved(input) && input.approval?.overrides?.includes('Window') === true) return undefined;
  const state = stateOfWindows(input.settings.windows, input.now);
  if (state.open) return undefined;
  const { message, opens } = state;
  return opens === undefined ? { message } : { message, opens };
}

function checkRequires({ unready }: GateInput): Closed | undefined {
  return unready.length === 0 ? undefined : { message: `not ready: ${joinFirst(unready, MAX_NAMES)}` };
}

function checkMaxDeletions(input: GateInput): Closed | undefined {
  const excess = input.first || isApproved(input) ? undefined : findExcess(input);
  return excess === undefined
    ? undefined
    : { message: `approval of ${describePlan(input.plan)}, as it would delete ${excess}` };
}

/** The most deletions that never need an approval, where `maxDeletions` names no number. */
const FEW = 10;

/** Says of how many objects a change deletes too many; undefined where it does not. */
export function findExcess({
  deletions: { count, of, empties },
  settings,
}: Pick<GateInput, 'deletions' | 'settings'>): string | undefined {
  const { maxDeletions, keepsMost } = settings;
  if (maxDeletions !== undefined && count > maxDeletions)
    return `${count} of ${of} objects, and may delete ${maxDeletions}`;
  if (!keepsMost || of === 0) return undefined;
  if (empties === true) return describeEmptied(count, of);
  return count > FEW && count > of / 2 ? `${count} of ${of} objects, more than half` : undefined;
}

function describeEmptied(count: number, of: number): string {
  if (count < of) return `${count} of ${of} objects, all that deploy anything`;
  return of === 1 ? 'the only object' : `all ${of} objects`;
}

function checkApproval(input: GateInput): Closed | undefined {
  const { settings, known, plan } = input;
  if (settings.approval === 'Automatic' || known || isApproved(input)) return undefined;
  return { message: `approval of ${describePlan(plan)}` };
}

function isApproved({ approval, environment, plan }: GateInput): boolean {
  const meant = environment === undefined || approval?.environment === environment;
  return meant && isApprovalOf(approval, plan);
}

/** Names a plan and its size: `plan 3fa9c2 (2 to change, 1 to delete)`. */
function describePlan(plan: PlanSize): string {
  const counts = [
    [plan.create, 'to create'],
    [plan.update, 'to change'],
    [plan.delete, 'to delete'],
    [plan.move ?? 0, 'to move'],
  ] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${namePlan(plan.digest)} (${parts.join(', ')})`;
}
