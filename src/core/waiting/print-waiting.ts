import { WHOLE_BLUEPRINT } from '../../api/names.ts';
import { describeDiff } from '../diff/print-data.ts';
import { printDiffs } from '../diff/print-text.ts';
import { namePlan } from '../rollout/approvals.ts';
import type { Layout } from '../text/layout.ts';
import { printMessage } from '../text/lines.ts';
import { toJson } from '../yaml/write-json.ts';
import { toYaml } from '../yaml/write-yaml.ts';
import { type Waiting, type WaitingChange, findApproval } from './waiting.ts';

/** The name of the environment of a change, as approvals have it. */
export function approvalName({ environment }: Pick<WaitingChange, 'environment'>): string {
  return environment ?? WHOLE_BLUEPRINT;
}

/** The change that waits, in full: what it waits for, its plan and whether that was checked, and what it changes. */
export function printWaiting(waiting: Waiting, change: WaitingChange, layout: Layout): string {
  const { diff } = change;
  return [
    printMessage('action', describeWaiting(waiting, change), layout),
    printMessage(change.verified ? 'success' : 'failure', describePlan(change), layout),
    ...describeApproval(waiting, change).map((text) => printMessage('waiting', text, layout)),
    '\n',
    printDiffs([diff], layout),
  ].join('');
}

/** Which revision waits where, and for what. */
export function describeWaiting(
  { revision }: Waiting,
  { environment, waitsFor, inForce }: WaitingChange,
): string {
  const where = environment === undefined ? '' : ` in ${environment}`;
  const present = inForce === undefined ? 'nothing is in force there' : `revision ${inForce} is in force`;
  const wanted = revision === undefined ? 'a revision that is not stored' : `revision ${revision}`;
  return `${wanted} waits${where} (${waitsFor.gate}): ${waitsFor.message}; ${present}`;
}

/** The plan that the operator told, and whether what is shown is that plan. */
export function describePlan({ plan, verified, digest }: WaitingChange): string {
  if (plan === undefined) return 'the operator has told no plan yet';
  if (verified) return `${namePlan(plan.digest)} is what is shown here: ${plan.digest}`;
  return `${namePlan(plan.digest)} is not what is shown here (${namePlan(digest)}): the operator runs with other flags or in another version than this program, or the status was not written by it`;
}

function describeApproval({ approvals }: Waiting, change: WaitingChange): string[] {
  const { plan } = change;
  const given = plan === undefined ? undefined : findApproval(approvals, approvalName(change), plan.digest);
  return given === undefined
    ? []
    : [`it was approved by ${given.by ?? 'somebody'} at ${given.at ?? 'some time'}`];
}

/**
 * What waits, as programs read it: `revision`, and for each of `waiting` its `environment`, `waitsFor`, `inForce`,
 * `plan` as the operator tells it, `digest` as it was worked out here, whether they are the same (`verified`), and the
 * `changes`.
 */
export function printWaitingData({ revision, changes }: Waiting, output: 'json' | 'yaml'): string {
  const whole = {
    ...(revision === undefined ? {} : { revision }),
    waiting: changes.map(({ environment, waitsFor, plan, digest, verified, inForce, diff }) => ({
      ...(environment === undefined ? {} : { environment }),
      ...(inForce === undefined ? {} : { inForce }),
      ...(plan === undefined ? {} : { plan }),
      ...{ waitsFor, digest, verified },
      ...describeDiff(diff),
    })),
  };
  return output === 'json' ? toJson(whole) : toYaml(whole);
}
