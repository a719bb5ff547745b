import { displayName } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import type { Conflict } from '../plan/existing.ts';
import { type Problem, describeProblem } from '../validation/problem.ts';
import { Reason, type ReconcileState } from './conditions.ts';

/** The state of a blueprint that is wrong in itself, or asks for more than one may. */
export function describeInvalid(problems: readonly Problem[]): ReconcileState {
  const message = problems.map(describeProblem).join('\n');
  const expensive = problems.some(({ rule }) => rule === 'too-expensive');
  return { type: 'stalled', reason: expensive ? Reason.TooExpensive : Reason.InvalidBlueprint, message };
}

/** The state of a blueprint that asks for objects which exist and are not its own. */
export function describeConflicts(conflicts: readonly Conflict[]): ReconcileState {
  const message = conflicts
    .map((conflict) => {
      const { object, owner } = conflict;
      return `${object.path}: ${displayName(object.ref)} exists and belongs to ${owner}: ${remedyFor(conflict)}`;
    })
    .join('\n');
  return { type: 'stalled', reason: Reason.ObjectConflict, message };
}

function remedyFor({ blueprint, needsAccount }: Conflict): string {
  if (blueprint) return 'rename one of the two';
  return needsAccount
    ? 'rename it, or name a `serviceAccountName`, by whose rights it is adopted'
    : 'rename it, or set `adoption: Adopt`';
}

/** An object that could not be applied, and what the API server said. */
export interface Refusal {
  object: DesiredObject;
  error: { readonly message: string; readonly causes: readonly { field: string }[] };
}

/** The state of a blueprint whose objects the API server refused in part; it is tried again. */
export function describeRefusals(refusals: readonly Refusal[]): ReconcileState {
  const message = refusals.map(describeRefusal).join('\n');
  return { type: 'failing', reason: Reason.ApplyFailed, message, retrying: true };
}

/** Names the paths in the blueprint that wrote the fields which the API server named. */
function describeRefusal({ object, error }: Refusal): string {
  const origins = error.causes
    .map(({ field }) => field.split('.'))
    .filter(([root]) => root === 'spec')
    .map(([, ...steps]) => object.originOf(steps));
  const where = origins.length === 0 ? object.path : [...new Set(origins)].join(', ');
  return `${where}: ${displayName(object.ref)} was not accepted: ${error.message}`;
}
