import type { Move } from '../../core/moves/move.ts';
import { refOfTracked } from '../../core/objects/inventory.ts';
import type { MovedRefs } from '../../core/rollout/change-plan.ts';
import { compileBlueprint } from '../compile/compile-blueprint.ts';
import { type Phase, proceed } from '../context/ending.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import type { Compilation } from '../memory/compile-cache.ts';
import { findLetGo } from './between.ts';
import { carryReleases, findMovesTo } from './find.ts';

/** What the blueprint wants, and what of the inventory only gets another place by that. */
export interface Moving {
  compilation: Compilation;
  /** The moves to what is wanted. */
  moves: readonly Move[];
  moved: MovedRefs;
}

/**
 * Finds the moves of a blueprint. Where a HelmRelease among them would get a release of its own, the blueprint is
 * compiled again, so that it keeps that of the one before.
 */
export async function findMoving(
  context: ReconcileContext,
  compilation: Compilation,
  suspended: boolean,
): Promise<Phase<Moving>> {
  const moves = await findMovesTo(context, compilation.desired);
  if (!carryReleases(context, moves)) return proceed({ compilation, moves, moved: refsOf(context, moves) });
  const again = await compileBlueprint(context, suspended);
  if (!again.ok) return again;
  const found = await findMovesTo(context, again.value.desired);
  return proceed({ compilation: again.value, moves: found, moved: refsOf(context, found) });
}

/** What is let go is deleted as little as what moves. */
function refsOf(context: ReconcileContext, moves: readonly Move[]): MovedRefs {
  const isLetGo = findLetGo(context);
  const released = context.progress.tracked.filter(isLetGo);
  return new Map([
    ...released.map((tracked) => [tracked.id, refOfTracked(tracked)] as const),
    ...moves.map(({ tracked, to }) => [tracked.id, to.ref] as const),
  ]);
}
