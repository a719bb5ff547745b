import type { RolloutStatus, Status } from '../../api/schema/status.ts';
import { stagesOf } from '../rollout/in-force.ts';

/** Something that happened to a change, for an event. */
export interface RolloutEvent {
  type: 'Normal' | 'Warning';
  reason: 'Waiting' | 'InForce' | 'RolledBack' | 'RolloutFailed';
  note: string;
}

/**
 * What happened to changes between two statuses: one waits at another gate, one came in force after it had waited, one
 * took too long. A change that nothing kept back is no event.
 */
export function describeRollouts(before: Status, after: Status): RolloutEvent[] {
  const old = stagesOf(before);
  return [...stagesOf(after)].flatMap(
    ([name, stage]) => describeStage(name, old.get(name) ?? {}, stage) ?? [],
  );
}

function describeStage(
  environment: string | undefined,
  before: RolloutStatus,
  after: RolloutStatus,
): RolloutEvent | undefined {
  const where = environment === undefined ? '' : ` in ${environment}`;
  if (after.inForce?.failed !== undefined && before.inForce?.failed !== after.inForce.failed)
    return describeFailure(after, where);
  const { waitsFor } = after;
  if (waitsFor === undefined) return describeOpened(before, after, where);
  if (waitsFor.gate === before.waitsFor?.gate) return undefined;
  const note = `a change waits${where} (${waitsFor.gate}): ${waitsFor.message}`;
  return { type: 'Normal', reason: 'Waiting', note };
}

function describeFailure({ revision = 0, inForce }: RolloutStatus, where: string): RolloutEvent {
  if (revision === inForce?.failed) {
    const note = `revision ${revision} was not ready in time${where}: it stays as it is, and goes on to no other environment`;
    return { type: 'Warning', reason: 'RolloutFailed', note };
  }
  const note = `the change was not ready in time${where}: revision ${revision} is in force again`;
  return { type: 'Warning', reason: 'RolledBack', note };
}

function describeOpened(
  before: RolloutStatus,
  { revision = 0, inForce }: RolloutStatus,
  where: string,
): RolloutEvent | undefined {
  const waited = before.waitsFor !== undefined && inForce !== undefined;
  if (!waited || inForce.digest === before.inForce?.digest) return undefined;
  return { type: 'Normal', reason: 'InForce', note: `revision ${revision} is in force${where} from now on` };
}
