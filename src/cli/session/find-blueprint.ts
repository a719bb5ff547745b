import { API_VERSION, KIND } from '../../api/names.ts';
import type { ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { suggest } from '../../core/values/suggest.ts';
import { AccessError } from './access.ts';
import { CommandError } from './explain-failure.ts';
import type { Session } from './session.ts';

/** The kind of blueprints. */
export const BLUEPRINTS = { apiVersion: API_VERSION, kind: KIND } as const;

/** Names a blueprint of the namespace, which is the session's for most commands. */
export function blueprintRef({ namespace }: Pick<Session, 'namespace'>, name: string): ObjectRef {
  return { ...BLUEPRINTS, namespace, name };
}

/**
 * Reads a blueprint.
 *
 * @throws CommandError where there is none of that name, with the nearest one
 */
export async function findBlueprint(session: Session, name: string): Promise<Blueprint> {
  const found = await session.access.get(blueprintRef(session, name));
  if (found === undefined) throw await explainMissing(session, name);
  return found as unknown as Blueprint;
}

/** The same for a command that changes the blueprint, or waits for it. */
export async function findLiving(session: Session, name: string): Promise<Blueprint> {
  const blueprint = await findBlueprint(session, name);
  const { deletionTimestamp } = blueprint.metadata;
  if (deletionTimestamp === undefined) return blueprint;
  const then = `see what it waits for: fluxblueprint events ${name} -n ${session.namespace}`;
  throw new CommandError(`FluxBlueprint ${name} is being deleted since ${deletionTimestamp}; ${then}`);
}

/** Says that a blueprint is not there, as far as possible with the name that was meant. */
export async function explainMissing(session: Session, name: string): Promise<CommandError> {
  const { namespace } = session;
  const what = `there is no FluxBlueprint ${JSON.stringify(name)} in namespace ${namespace}`;
  const known = await listNames(session);
  if (known === undefined) return new CommandError(`${what}: see whether -n and --context are right`);
  const elsewhere =
    known.length === 0 ? '; name another namespace by -n, or look in all: fluxblueprint get -A' : '';
  return new CommandError(`${what}${suggest(name, known)}${elsewhere}`);
}

/** The names of the blueprints of the namespace; undefined to those who may not list them. */
async function listNames({ access, namespace }: Session): Promise<string[] | undefined> {
  try {
    return await access.list(BLUEPRINTS, { namespace }, ({ metadata }) => metadata.name);
  } catch (failure) {
    if (failure instanceof AccessError && failure.reason === 'Forbidden') return undefined;
    throw failure;
  }
}
