import { printWaiting, printWaitingData } from '../../core/waiting/print-waiting.ts';
import type { Session } from '../session/session.ts';
import { readWaiting } from './read-waiting.ts';

/** The values of the flags of `plan`. */
export interface PlanOptions {
  output: 'text' | 'json' | 'yaml';
}

/** `plan NAME`: the change that waits, in full. */
export async function showPlan(session: Session, name: string, { output }: PlanOptions): Promise<void> {
  const { waiting, revised } = await readWaiting(session, name);
  if (output !== 'text') {
    session.print(printWaitingData(waiting, output));
    return;
  }
  if (waiting.changes.length === 0) {
    const { revision } = revised.blueprint.status ?? {};
    const inForce =
      revision === undefined ? 'what the blueprint says is in force' : `revision ${revision} is in force`;
    session.say('success', `no change of FluxBlueprint ${name} waits: ${inForce}`);
    return;
  }
  session.print(waiting.changes.map((change) => printWaiting(waiting, change, session.layout)).join('\n'));
}
