import { displayName } from '../../api/object.ts';
import type { Finding } from '../lint/model/finding.ts';
import type { PlannedMove } from '../moves/phases.ts';
import { refOfTracked } from '../objects/inventory.ts';
import { joinFirst } from '../values/suggest.ts';
import { clip } from '../values/truncate.ts';

/** The most objects that one finding names, the most findings, and the longest message, in characters. */
const MAX_NAMED = 20;
const MAX_FINDINGS = 50;
const MAX_MESSAGE = 1024;

/** A finding for each move that is over but for what its new place does not hold. */
export function findLeftBehind(moves: readonly PlannedMove[]): Finding[] {
  const left = moves.flatMap((move) =>
    move.phase.type === 'left-behind' ? [{ ...move, phase: move.phase }] : [],
  );
  return left.slice(0, MAX_FINDINGS).map(({ tracked, to, phase }) => {
    const [old, place] = [displayName(refOfTracked(tracked)), displayName(to.ref)];
    const message = `${to.title}: ${place} takes the place of ${old} and does not deploy ${joinFirst(phase.names, MAX_NAMED)}, so that ${old} stays, suspended: deploy that again, or delete it by hand, and then ${old}, which deletes nothing any more`;
    return {
      rule: 'left-behind',
      severity: 'warning',
      path: to.path,
      target: to.title,
      message: clip(message, MAX_MESSAGE),
      seenIn: 'cluster',
    };
  });
}
