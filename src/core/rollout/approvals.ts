import type { Approval } from '../../api/schema/revision/approval.ts';
import { suggest } from '../values/suggest.ts';

/** A change from the revision in force to the wanted one, as far as gates look at it. */
export interface PlanSize {
  /** Identifies the plan: the revisions, and the generated objects of both. */
  digest: string;
  /** Objects to create. */
  create: number;
  /** Objects to change. */
  update: number;
  /** Objects to delete. */
  delete: number;
  /** Objects whose place another one takes, which are neither created nor deleted. Default: 0. */
  move?: number;
}

/** How many steps a change has. */
export function countSteps(plan: PlanSize): number {
  return plan.create + plan.update + plan.delete + (plan.move ?? 0);
}

/** An approval that does not count, and why, for people. */
export interface IgnoredApproval {
  environment: string;
  message: string;
}

/** How many characters of the digest of a plan messages show. */
const SHOWN = 6;

/** Names a plan for people: `plan 3fa9c2`. */
export function namePlan(digest: string): string {
  return `plan ${digest.replace(/^sha256:/, '').slice(0, SHOWN)}`;
}

/** Whether an approval is one of this very plan. */
export function isApprovalOf(approval: Approval | undefined, plan: Pick<PlanSize, 'digest'>): boolean {
  return approval !== undefined && hasApprover(approval) && approval.plan === plan.digest;
}

/**
 * Finds the approvals of a revision that do not count. `plans` holds each environment under the name that approvals
 * have for it, with the digest of the plan that waits there; undefined where nothing waits, so that an approval that
 * has served its time is not among them.
 */
export function findIgnoredApprovals(
  approvals: readonly Approval[],
  plans: ReadonlyMap<string, string | undefined>,
): IgnoredApproval[] {
  return approvals.flatMap((approval) => {
    const message = explainIgnored(approval, plans);
    return message === undefined ? [] : [{ environment: approval.environment, message }];
  });
}

function explainIgnored(
  approval: Approval,
  plans: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const { environment, plan } = approval;
  if (!plans.has(environment))
    return `the blueprint has no such environment${suggest(environment, [...plans.keys()])}`;
  const waiting = plans.get(environment);
  if (waiting === undefined) return undefined;
  if (!hasApprover(approval)) return 'it does not say `by` whom it is: approve again';
  if (plan === waiting) return undefined;
  return `it is of ${namePlan(plan)}, and ${namePlan(waiting)} waits: look at that, and approve it`;
}

function hasApprover({ by = '' }: Approval): boolean {
  return by !== '';
}
