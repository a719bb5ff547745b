import type { Move } from '../../core/moves/move.ts';
import type { PlannedMove } from '../../core/moves/phases.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { environmentsOf } from '../rollout/environments.ts';
import { findMovesTo, planMoves } from './find.ts';

/** What is desired now and what the blueprint wants, which gates may keep apart. */
export interface MoveTargets {
  desired: DesiredState;
  wanted: DesiredState;
  /** The moves to what is wanted. */
  movesToWanted: readonly Move[];
  /** The environments of which nobody knows what is in force. */
  held: ReadonlySet<string | undefined>;
}

/**
 * The moves of one plan, and how far each came. What moves to a place that is not in force yet stays until then, and so
 * does what belongs to an environment of which nobody knows what is in force.
 */
export async function findPlannedMoves(
  context: ReconcileContext,
  { desired, wanted, movesToWanted, held }: MoveTargets,
): Promise<PlannedMove[]> {
  const wantedIds = new Set(wanted.objects.map(({ id }) => id));
  // What is desired no more only until another environment is ready goes nowhere.
  const found = desired === wanted ? movesToWanted : await findMovesTo(context, desired);
  const moves = found.filter(({ tracked, stays }) => stays || !wantedIds.has(tracked.id));
  const moving = new Set(moves.map(({ tracked }) => tracked.id));
  const present = new Set(desired.objects.map(({ id }) => id));
  const later =
    desired === wanted
      ? []
      : movesToWanted.filter(
          ({ tracked, to }) => !moving.has(tracked.id) && !present.has(tracked.id) && !present.has(to.id),
        );
  const environmentOf = environmentsOf(context);
  const all = [
    ...moves.map((move) =>
      held.has(environmentOf(move.tracked))
        ? keep(move, 'stays, because nobody knows which revision is in force there')
        : move,
    ),
    ...later.map((move) => keep(move, 'stays until the place that it moves to is in force')),
  ];
  return planMoves(context, all);
}

function keep(move: Move, unsafe: string): Move {
  return { ...move, unsafe };
}
