import { CommandError } from '../session/explain-failure.ts';
import type { Session } from '../session/session.ts';

/**
 * Asks whether to go on, unless `--yes` says so.
 *
 * @throws CommandError where the answer is no, or nobody is there to be asked
 */
export async function agree(session: Session, question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  const answer = await session.confirm(question);
  if (answer === undefined)
    throw new CommandError(
      'there is no terminal to ask at, so that nothing was done: say --yes to go on unasked',
    );
  if (!answer) throw new CommandError('nothing was done');
}
