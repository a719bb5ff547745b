import { GROUP, PLURAL, REVISION_PLURAL } from '../../api/names.ts';
import { type AccessError, type Attempt, ConnectError } from './access.ts';

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
  switch (reason) {
    case 'Forbidden':
      return explainForbidden(attempt);
    case 'Denied':
      return `you may not ${nameAttempt(attempt)} so: ${message}`;
    case 'NoKindMatch':
      return `${cluster} does not know ${attempt.resource}: ${adviseKind(attempt)}, or choose another --context`;
    case 'Unauthorized':
      return `${cluster} does not accept who you are (${message}): log in again, or choose another --context`;
    case 'Unreachable':
      return `${cluster} does not answer (${message}): see whether it runs, or choose another --context`;
    case 'Timeout':
    case 'Aborted':
      return `${cluster} did not answer in time when asked to ${nameAttempt(attempt)}: try again with a longer --timeout`;
    case 'Failing':
      return `${cluster} could not ${nameAttempt(attempt)}: ${message}; try again`;
    default:
      return `${cluster} refused to ${nameAttempt(attempt)}: ${message}`;
  }
}

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
  return OURS.has(resource) ? 'install FluxBlueprint there (config/default)' : 'install Flux there';
}

/** Says in a sentence what a command failed with; undefined for what is a bug. */
export function explainFailure(failure: unknown): string | undefined {
  return failure instanceof CommandError || failure instanceof ConnectError ? failure.message : undefined;
}
