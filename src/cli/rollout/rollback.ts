import { AUTHOR } from '../../api/names.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { hasChanges } from '../../core/diff/changes.ts';
import { printDiffs } from '../../core/diff/print-text.ts';
import { describeSuspension } from '../../core/inspect/suspension.ts';
import { chooseRevision, describeUndoing, planRollback } from '../../core/waiting/rollback.ts';
import { AccessError, type JsonPatchOperation } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import { blueprintRef } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';
import { agree } from './agree.ts';
import { readBlueprint } from './read-waiting.ts';

/** The values of the flags of `rollback`. */
export interface RollbackOptions {
  /** The number of the revision to go back to. */
  to: number;
  /** Whether nobody is asked. */
  yes?: boolean;
}

/** `rollback NAME --to N`: shows what going back changes, asks, and sets the spec of the revision. */
export async function rollBack(session: Session, name: string, { to, yes }: RollbackOptions): Promise<void> {
  const revised = await readBlueprint(session, name);
  const { blueprint } = revised;
  const revision = chooseRevision(revised, to);
  if (typeof revision === 'string') throw new CommandError(`FluxBlueprint ${name}: ${revision}`);
  const rollback = planRollback(revised, revision);
  if (typeof rollback === 'string') throw new CommandError(`FluxBlueprint ${name}: ${rollback}`);
  session.print(printDiffs([rollback.diff], session.layout));
  const undoing = describeUndoing(blueprint);
  if (undoing !== undefined) session.say('waiting', undoing);
  await agree(session, `go back to revision ${to}?`, yes);
  await write(session, blueprint, rollback.spec);
  session.say('success', `FluxBlueprint ${name} says what revision ${to} says`);
  const suspended = describeSuspension(blueprint.spec, session.now());
  if (suspended !== undefined)
    session.say('waiting', `it is ${suspended}: nothing changes before it is resumed`);
  else if (hasChanges([rollback.diff]))
    session.say(
      'waiting',
      `a revision that was in force before needs no new approval; wait until it is ready: fluxblueprint wait ${name} -n ${session.namespace}`,
    );
}

/** Sets a spec, unless somebody has changed the blueprint meanwhile. */
async function write(session: Session, { metadata }: Blueprint, spec: Blueprint['spec']): Promise<void> {
  const { name, resourceVersion, annotations } = metadata;
  const operations: JsonPatchOperation[] = [
    // The API server refuses the patch where the object has another version by now.
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'replace', path: '/spec', value: spec },
  ];
  // Where authors are noted, a policy wants the name of who writes the spec.
  if (annotations?.[AUTHOR] !== undefined)
    operations.push({
      op: 'replace',
      path: `/metadata/annotations/${AUTHOR.replace('/', '~1')}`,
      value: await session.access.whoAmI(),
    });
  try {
    await session.access.patch(blueprintRef(session, name), operations);
  } catch (failure) {
    if (!(failure instanceof AccessError) || failure.reason !== 'Conflict') throw failure;
    throw new CommandError(
      `FluxBlueprint ${name} has been changed meanwhile, and nothing was written: look at it, and try again`,
    );
  }
}
