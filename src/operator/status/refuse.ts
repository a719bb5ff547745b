import { displayName } from '../../api/object.ts';
import { Reason } from '../../core/status/conditions.ts';
import { type Problem, describeProblem } from '../../core/validation/problem.ts';
import type { ObjectReport } from '../../core/status/object-report.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { Outcome } from '../../ports/outcome.ts';
import type { Conflict, Failure } from '../apply/apply.ts';
import type { Pass } from '../context/reconcile-context.ts';
import { writeStatus } from './write-status.ts';

/** How soon a refused object is looked at again, in milliseconds: objects that are not ours are not watched. */
const CONFLICT_RETRY_MS = 60_000;

/** Tells why nothing is written for a blueprint until somebody changes something. */
export async function stall(pass: Pass, reason: Reason, message: string): Promise<void> {
  await writeStatus(pass, {
    verdict: { type: 'stalled', reason, message },
    tracked: pass.tracked,
    final: true,
  });
}

/** Refuses a blueprint that is wrong: nothing is written but why. */
export async function refuse(pass: Pass, problems: readonly Problem[]): Promise<Outcome> {
  const message = problems.map(describeProblem).join('\n');
  await stall(pass, Reason.InvalidBlueprint, message);
  return { kind: 'stalled', reason: `${problems.length} problems` };
}

/** Refuses a blueprint because of objects that are not its own. */
export async function refuseConflicts(pass: Pass, conflicts: readonly Conflict[]): Promise<Outcome> {
  const message = conflicts
    .map(({ object, owner }) => {
      const remedy = owner.startsWith('FluxBlueprint ')
        ? 'rename one of the two'
        : 'rename it, or set `adoption: Adopt`';
      return `${object.path}: ${displayName(object.ref)} exists and belongs to ${owner}: ${remedy}`;
    })
    .join('\n');
  await stall(pass, Reason.ObjectConflict, message);
  return { kind: 'waiting', reason: message, requeueAfterMs: CONFLICT_RETRY_MS };
}

/** Tells what could not be applied; it is tried again. */
export async function failApply(
  pass: Pass,
  failures: readonly Failure[],
  objects: ObjectReport,
): Promise<Outcome> {
  const message = failures.map(describeFailure).join('\n');
  await writeStatus(pass, {
    verdict: { type: 'failing', reason: Reason.ApplyFailed, message, retrying: true },
    tracked: pass.tracked,
    objects,
    final: true,
  });
  return { kind: 'failed', error: failures[0]?.error ?? new Error(message) };
}

/** What the API server refused, with the paths in the blueprint that wrote the fields it names. */
function describeFailure({ object, error }: Failure): string {
  const origins = error.causes
    .map(({ field }) => field.split('.'))
    .filter(([root]) => root === 'spec')
    .map(([, ...steps]) => object.originOf(steps));
  const where = origins.length === 0 ? object.path : [...new Set(origins)].join(', ');
  return `${where}: ${displayName(object.ref)} was not accepted: ${error.message}`;
}

/** A request that failed outside of apply and prune: told in the status where that can still be written. */
export async function endBadly(pass: Pass, error: unknown): Promise<Outcome> {
  if (!(error instanceof ClusterError)) throw error;
  if (error.reason === 'Aborted') return { kind: 'failed', error };
  // The blueprint is gone, or another one has its name: the watch tells.
  if (error.reason === 'NotFound') return { kind: 'done' };
  await writeStatus(pass, {
    verdict: { type: 'failing', reason: Reason.ReconcileFailed, message: error.message, retrying: true },
    tracked: pass.tracked,
    final: true,
  }).catch((second: unknown) => {
    if (!(second instanceof ClusterError)) throw second;
    pass.logger.warn('the status could not be written', { error: second.message });
  });
  return { kind: 'failed', error };
}
