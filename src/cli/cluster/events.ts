import { type LiveEvent, Subjects, sortEvents, tableOfEvents } from '../../core/inspect/events.ts';
import { printTable } from '../../core/text/table.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { AccessError } from '../session/access.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Output } from '../session/flags.ts';
import { printObjects } from '../session/print-objects.ts';
import type { Session } from '../session/session.ts';

/** Events as the core API has them, which whoever has the ClusterRole `view` may read. */
const EVENTS = { apiVersion: 'v1', kind: 'Event' } as const;

/** `events NAME`: the events of a blueprint and of all that it generated, in order. */
export async function showEvents(
  session: Session,
  name: string,
  { output }: { output: Output },
): Promise<void> {
  const subjects = new Subjects(await findBlueprint(session, name));
  const events = sortEvents(await readEvents(session, subjects));
  if (output !== 'text' && output !== 'wide') {
    session.print(printObjects(events, output));
    return;
  }
  const options = { now: session.now(), wide: output === 'wide', namespace: session.namespace };
  session.print(printTable(tableOfEvents(events, options), session.layout));
  if (events.length > 0) return;
  const how = 'the API server keeps events for an hour';
  session.say('waiting', `there are no events of FluxBlueprint ${name}, or of what it generated: ${how}`);
}

/** The most namespaces that a message names. */
const MAX_NAMED = 5;

/** What was generated may be in namespaces that the user may not see: that is told, and no reason to show nothing. */
async function readEvents(session: Session, subjects: Subjects): Promise<LiveEvent[]> {
  const lists = await Promise.all(
    subjects.namespaces.map(async (namespace) => {
      const events = await listEvents(session, subjects, namespace);
      return { namespace, events };
    }),
  );
  const hidden = lists.filter(({ events }) => events === undefined).map(({ namespace }) => namespace);
  if (hidden.length > 0)
    session.say(
      'waiting',
      `events are not shown that you may not list: those in ${joinFirst(hidden, MAX_NAMED)}`,
    );
  return lists.flatMap(({ events = [] }) => events);
}

/** Undefined where the user may not list events, unless it is in the namespace of the blueprint. */
async function listEvents(
  session: Session,
  subjects: Subjects,
  namespace: string,
): Promise<LiveEvent[] | undefined> {
  try {
    return await session.access.list(EVENTS, { namespace }, (event) =>
      subjects.include(event) ? event : undefined,
    );
  } catch (failure) {
    const mayMiss = failure instanceof AccessError && failure.reason === 'Forbidden';
    if (mayMiss && namespace !== session.namespace) return undefined;
    throw failure;
  }
}
