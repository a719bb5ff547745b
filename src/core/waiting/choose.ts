import type { Approval } from '../../api/schema/revision/approval.ts';
import type { GateName } from '../../api/schema/status.ts';
import { namePlan } from '../rollout/approvals.ts';
import { suggest } from '../values/suggest.ts';
import { approvalName } from './print-waiting.ts';
import type { Waiting, WaitingChange } from './waiting.ts';

/** What somebody wants to approve. */
export interface WantedApproval {
  /** The environment; undefined for the only one in which a change waits for an approval. */
  environment?: string | undefined;
  /** The digest of the plan that was seen, or its first digits; undefined for the one that is shown. */
  plan?: string | undefined;
  /** Whether closed windows are opened too. */
  overrideWindow?: boolean | undefined;
}

/** The gates that an approval opens. */
const APPROVED: ReadonlySet<GateName> = new Set(['Approval', 'MaxDeletions']);

/** The change that an approval is for, or in words why there is none. */
export function chooseWaiting(
  { changes }: Waiting,
  { environment, plan, overrideWindow }: WantedApproval,
): WaitingChange | string {
  if (changes.length === 0) return 'no change waits';
  const names = changes.map(approvalName);
  const opens = ({ waitsFor: { gate } }: WaitingChange): boolean =>
    APPROVED.has(gate) || (overrideWindow === true && gate === 'Window');
  const fitting =
    environment === undefined
      ? changes.filter(opens)
      : changes.filter((one) => approvalName(one) === environment);
  const [chosen, another] = fitting;
  if (environment !== undefined && chosen === undefined)
    return `no change waits in ${JSON.stringify(environment)}${suggest(environment, names)}`;
  if (chosen === undefined)
    return `no change waits for an approval: ${describeGates(changes)}; to approve it beforehand, name it by --environment`;
  if (another !== undefined)
    return `changes wait in ${fitting.map(approvalName).join(' and ')}: name one by --environment`;
  return checkPlan(chosen, plan) ?? chosen;
}

function describeGates(changes: readonly WaitingChange[]): string {
  return changes.map((one) => `${approvalName(one)} waits for ${one.waitsFor.message}`).join('; ');
}

/** Says what speaks against approving the plan of a change; undefined where nothing does. */
function checkPlan({ plan, verified }: WaitingChange, seen: string | undefined): string | undefined {
  if (plan === undefined) return 'the operator has told no plan yet: try again in a moment';
  const digits = plan.digest.replace(/^sha256:/, '');
  if (seen !== undefined)
    return digits.startsWith(seen.replace(/^sha256:/, ''))
      ? undefined
      : `${namePlan(plan.digest)} waits, and not ${namePlan(seen)}: look at it, and approve that`;
  if (verified) return undefined;
  return `what is shown may not be ${namePlan(plan.digest)}, which waits: see what it names in the status, and approve it by --plan ${digits.slice(0, 12)}`;
}

/** What somebody says by approving. */
export interface GivenApproval {
  by: string;
  /** In RFC 3339. */
  at: string;
  reason?: string | undefined;
  overrideWindow?: boolean | undefined;
}

/** The entry to write. */
export function approvalOf(
  change: WaitingChange,
  { by, at, reason, overrideWindow }: GivenApproval,
): Approval {
  return {
    environment: approvalName(change),
    plan: change.plan?.digest ?? '',
    by,
    at,
    ...(reason === undefined ? {} : { reason }),
    ...(overrideWindow === true ? { overrides: ['Window'] } : {}),
  };
}

/** What happens once a change is approved, in words. */
export function describeNext(
  { environment, waitsFor }: WaitingChange,
  revision: number | undefined,
  overrideWindow: boolean | undefined,
): string {
  const { gate, message } = waitsFor;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const opened = APPROVED.has(gate) || (overrideWindow === true && gate === 'Window');
  return opened
    ? `the operator brings revision ${revision ?? '?'} in force${where} now, if no other gate is closed`
    : `it still waits${where} for the gate ${gate}: ${message}`;
}
