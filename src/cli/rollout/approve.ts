import type { Approval } from '../../api/schema/revision/approval.ts';
import { formatTime } from '../../core/rollout/clock/times.ts';
import { namePlan } from '../../core/rollout/approvals.ts';
import { type WantedApproval, approvalOf, chooseWaiting, describeNext } from '../../core/waiting/choose.ts';
import { type RevisedBlueprint, findRevision } from '../../core/waiting/in-force-states.ts';
import { approvalName, printWaiting } from '../../core/waiting/print-waiting.ts';
import { type WaitingChange, findApproval } from '../../core/waiting/waiting.ts';
import { AccessError } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import type { Session } from '../session/session.ts';
import { agree } from './agree.ts';
import { type ReadWaiting, readWaiting } from './read-waiting.ts';

/** The values of the flags of `approve`. */
export interface ApproveOptions extends WantedApproval {
  reason?: string;
  /** Whether nobody is asked. */
  yes?: boolean;
}

/** How often an approval is tried that somebody else's came before. */
const MAX_TRIES = 5;

/** `approve NAME`: shows the plan that waits, asks, and writes the approval. */
export async function approvePlan(session: Session, name: string, options: ApproveOptions): Promise<void> {
  const read = await readWaiting(session, name);
  const change = choose(read, name, options);
  session.print(printWaiting(read.waiting, change, session.layout));
  if (sayApproved(session, read, change, options)) return;
  const digest = change.plan?.digest ?? '';
  await agree(session, `approve ${namePlan(digest)} for ${approvalName(change)}?`, options.yes);
  const by = await session.access.whoAmI();
  for (let i = 1; i <= MAX_TRIES; i++) if (await tryToApprove(session, name, options, { by, digest })) return;
  throw new CommandError('others approve at the same time again and again: see history, and try again');
}

/** Approves the plan, if it still waits. False where somebody has changed the revision at the same time. */
async function tryToApprove(
  session: Session,
  name: string,
  options: ApproveOptions,
  { by, digest }: { by: string; digest: string },
): Promise<boolean> {
  const present = await readWaiting(session, name);
  const change = choose(present, name, options);
  if (change.plan?.digest !== digest)
    throw new CommandError(
      `the plan has changed meanwhile, and nothing was approved: look at it again by fluxblueprint plan ${name} -n ${session.namespace}`,
    );
  if (sayApproved(session, present, change, options)) return true;
  const approval = approvalOf(change, { ...options, by, at: formatTime(session.now()) });
  if (!(await write(session, present.revised, approval))) return false;
  session.say('success', `${namePlan(digest)} is approved for ${approvalName(change)} by ${by}`);
  session.say('waiting', describeNext(change, present.waiting.revision, options.overrideWindow));
  return true;
}

function choose({ waiting }: ReadWaiting, name: string, options: ApproveOptions): WaitingChange {
  const chosen = chooseWaiting(waiting, options);
  if (typeof chosen === 'string') throw new CommandError(`FluxBlueprint ${name}: ${chosen}`);
  return chosen;
}

/** Says that somebody has approved the plan already, so that nobody replaces that; false where nobody has. */
function sayApproved(
  session: Session,
  { waiting }: ReadWaiting,
  change: WaitingChange,
  { overrideWindow }: ApproveOptions,
): boolean {
  const given = findApproval(waiting.approvals, approvalName(change), change.plan?.digest ?? '');
  if (given === undefined) return false;
  if (overrideWindow === true && given.overrides?.includes('Window') !== true) return false;
  session.say('success', `it is approved already, by ${given.by ?? 'somebody'}: nothing was written`);
  session.say('waiting', describeNext(change, waiting.revision, overrideWindow));
  return true;
}

/** Writes an approval into the status of the wanted revision. False where somebody has changed that meanwhile. */
async function write(session: Session, revised: RevisedBlueprint, approval: Approval): Promise<boolean> {
  const revision = findRevision(revised, revised.digest);
  if (revision === undefined)
    throw new CommandError('the wanted revision is not stored yet: try again in a moment');
  const { apiVersion, kind, metadata } = revision;
  const { name, resourceVersion } = metadata;
  const { namespace } = session;
  const object = {
    ...{ apiVersion, kind, status: { approvals: [approval] } },
    metadata: { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
  };
  try {
    // A manager for each environment: what one has applied before and leaves out now would go.
    await session.access.applyStatus(object, `fluxblueprint-approve-${approval.environment}`);
    return true;
  } catch (failure) {
    if (failure instanceof AccessError && failure.reason === 'Conflict') return false;
    throw failure;
  }
}
