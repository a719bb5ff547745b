import type { Blueprint } from '../../api/schema/blueprint.ts';
import { type Readiness, readinessOf } from '../../core/inspect/readiness.ts';
import { CommandError } from '../session/explain-failure.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';

/** `wait NAME`: until a blueprint is ready, or cannot become so. */
export async function waitForBlueprint(session: Session, name: string): Promise<void> {
  await waitUntilReady(session, name, (blueprint) => Promise.resolve(readinessOf(blueprint, session.now())));
}

/**
 * Waits until a blueprint is ready, and says so.
 *
 * @param assess says how far a blueprint is that was just read
 * @throws CommandError where it is not ready in time, or cannot become so
 */
export async function waitUntilReady(
  session: Session,
  name: string,
  assess: (blueprint: Blueprint) => Promise<Readiness>,
): Promise<void> {
  let last = '';
  const end = await session.poll(async () => {
    const readiness = await assess(await findBlueprint(session, name));
    last = readiness.message;
    return readiness.state === 'ready' || readiness.state === 'ended' ? readiness : last;
  });
  const after = `after ${session.elapsed}`;
  if (end?.state === 'ready') {
    session.say('success', `FluxBlueprint ${name} is ready ${after}: ${last}`);
    return;
  }
  const then = `see more: fluxblueprint status ${name} -n ${session.namespace}`;
  const how = end === undefined ? `is not ready ${after}` : 'is not ready';
  throw new CommandError(
    `FluxBlueprint ${name} ${how}: ${last === '' ? 'the cluster is slow' : last}; ${then}`,
  );
}
