import { displayName } from '../../api/object.ts';
import type { DesiredObject } from '../objects/desired.ts';
import type { Conflict } from '../plan/existing.ts';
import { type Problem, describeProblems } from '../validation/problem.ts';
import { clip } from '../values/truncate.ts';
import { Reason, type ReconcileState } from './conditions.ts';

/** The state of a blueprint that is wrong in itself, or asks for more than one may. */
export function describeInvalid(problems: readonly Problem[]): ReconcileState {
  const message = describeProblems(problems);
  const expensive = problems.some(({ rule }) => rule === 'too-expensive');
  return { type: 'stalled', reason: expensive ? Reason.TooExpensive : Reason.InvalidBlueprint, message };
}

/** The state of a blueprint that asks for objects which exist and are not its own. */
export function describeConflicts(conflicts: readonly Conflict[]): ReconcileState {
  const message = describeFirst(conflicts, (conflict) => {
    const { object, owner } = conflict;
    return `${object.path}: ${displayName(object.ref)} exists and belongs to ${owner}: ${remedyFor(conflict)}`;
  });
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
  const message = describeFirst(refusals, describeRefusal);
  return { type: 'failing', reason: Reason.ApplyFailed, message, retrying: true };
}

/** The most lines of a message, and the longest line in characters: the API server's own words can be long. */
const MAX_LINES = 100;
const MAX_LINE = 4096;

/** A line for each item, up to {@link MAX_LINES}; where there are more, the first line says how many. */
function describeFirst<T>(items: readonly T[], describe: (item: T) => string): string {
  const lines = items.slice(0, MAX_LINES).map((item) => clip(describe(item), MAX_LINE));
  const more = items.length - lines.length;
  return (
    more > 0 ? [`${items.length} objects, of which ${more} are not named here:`, ...lines] : lines
  ).join('\n');
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
