import { GROUP, PLURAL, REVISION_PLURAL } from '../../api/names.ts';
import { type AccessError, type Attempt, ConnectError, type FailureReason } from './access.ts';

/** A failure that a command explains itself: its message is a sentence for people, with the next thing to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Says in a sentence why a request failed and what to do.
 *
 * @param cluster the cluster for messages
 */
export function explainAccess({ reason, message, attempt }: AccessError, cluster: string): string {
  return EXPLAIN[reason]({ cluster, message, attempt });
}

/** A failure for {@link explainAccess}. */
interface Failed {
  cluster: string;
  message: string;
  attempt: Attempt;
}

const explainRefused = ({ cluster, message, attempt }: Failed): string =>
  `${cluster} refused to ${nameAttempt(attempt)}: ${message}`;

const explainSilence = ({ cluster, attempt }: Failed): string =>
  `${cluster} did not answer in time when asked to ${nameAttempt(attempt)}: try again with a longer --timeout`;

const EXPLAIN: Readonly<Record<FailureReason, (failed: Failed) => string>> = {
  Forbidden: ({ attempt }) => explainForbidden(attempt),
  Denied: ({ message, attempt }) => `you may not ${nameAttempt(attempt)} so: ${message}`,
  NoKindMatch: ({ cluster, attempt }) =>
    `${cluster} does not know ${attempt.resource}: ${adviseKind(attempt)}, or choose another --context`,
  Unauthorized: ({ cluster, message }) =>
    `${cluster} does not accept who you are (${message}): log in again, or choose another --context`,
  Unreachable: ({ cluster, message }) =>
    `${cluster} does not answer (${message}): see whether it runs, or choose another --context`,
  Timeout: explainSilence,
  Aborted: explainSilence,
  Failing: ({ cluster, message, attempt }) =>
    `${cluster} could not ${nameAttempt(attempt)}: ${message}; try again`,
  Conflict: ({ attempt }) =>
    `somebody changed at the same time what you were to ${nameAttempt(attempt)}: look at it, and try again`,
  NotFound: explainRefused,
  Refused: explainRefused,
};

function nameAttempt({ verb, resource, namespace }: Attempt): string {
  return `${verb} ${resource}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

function explainForbidden(attempt: Attempt): string {
  const { verb, resource, namespace } = attempt;
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  return `you may not ${verb} ${resource} ${where}: ask for ${adviseRole(attempt)} there`;
}

const APPROVALS = `${REVISION_PLURAL}/status.${GROUP}`;

const OURS: ReadonlySet<string> = new Set([`${PLURAL}.${GROUP}`, `${REVISION_PLURAL}.${GROUP}`]);

function adviseRole({ verb, resource }: Attempt): string {
  if (resource === APPROVALS) return 'the ClusterRole fluxblueprint-approve';
  if (OURS.has(resource)) return `the ClusterRole fluxblueprint-${verb === 'patch' ? 'edit' : 'view'}`;
  if (resource === 'events') return 'the ClusterRole fluxblueprint-view or view';
  return `a role with the verb ${verb} on ${resource}`;
}

function adviseKind({ resource }: Attempt): string {
  return OURS.has(resource) ? 'install FluxBlueprint there (fluxblueprint install)' : 'install Flux there';
}

/** Says in a sentence what a command failed with; undefined for what is a bug. */
export function explainFailure(failure: unknown): string | undefined {
  return failure instanceof CommandError || failure instanceof ConnectError ? failure.message : undefined;
}
