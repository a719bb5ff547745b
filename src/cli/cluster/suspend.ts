import type { Blueprint } from '../../api/schema/blueprint.ts';
import {
  type WantedSuspension,
  describeGit,
  describeSuspension,
  resumePatch,
  suspendPatch,
} from '../../core/inspect/suspension.ts';
import { blueprintRef, explainMissing, findLiving } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';

/** The values of the flags of `suspend`. */
export interface SuspendOptions {
  reason?: string;
  /** In RFC 3339. */
  until?: string;
  generated?: boolean;
}

/** `suspend NAME`: the operator leaves the blueprint alone. */
export async function suspendBlueprint(
  session: Session,
  name: string,
  { reason, until, generated = false }: SuspendOptions,
): Promise<void> {
  const before = await findLiving(session, name);
  const wanted: WantedSuspension = { reason, until, generated };
  const { spec } = await change(session, before, suspendPatch(wanted));
  session.say(
    'success',
    `FluxBlueprint ${name} is ${describeSuspension(spec, session.now()) ?? 'suspended'}`,
  );
  if (!generated)
    session.say('waiting', 'Flux goes on with what was generated: --generated suspends that too');
  sayGit(session, before);
}

/** `resume NAME`: the operator reconciles the blueprint again. */
export async function resumeBlueprint(session: Session, name: string): Promise<void> {
  const before = await findLiving(session, name);
  const { suspend, suspendReason, suspendUntil, suspendScope } = before.spec;
  const isSet = [suspend, suspendReason, suspendUntil, suspendScope].some((field) => field !== undefined);
  const was = describeSuspension(before.spec, session.now());
  if (isSet) await change(session, before, resumePatch());
  if (was === undefined) {
    session.say('waiting', `FluxBlueprint ${name} is not suspended`);
    return;
  }
  session.say('success', `FluxBlueprint ${name} is resumed; it was ${was}`);
  session.say('waiting', `wait until it is ready: fluxblueprint wait ${name} -n ${session.namespace}`);
  sayGit(session, before);
}

async function change(
  session: Session,
  { metadata: { name } }: Blueprint,
  patch: { spec: object },
): Promise<Blueprint> {
  const stored = await session.access.merge(blueprintRef(session, name), patch);
  if (stored === undefined) throw await explainMissing(session, name);
  return stored as unknown as Blueprint;
}

function sayGit(session: Session, before: Blueprint): void {
  const git = describeGit(before);
  if (git !== undefined) session.say('waiting', git);
}
