import { API_VERSION, REVISION_KIND } from '../../api/names.ts';
import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { type CompileContext, offlineContext } from '../../core/compile/model/context.ts';
import { readInventory, refOfTracked } from '../../core/objects/inventory.ts';
import { suspensionAt } from '../../core/plan/suspension.ts';
import { findLiveNames } from '../../core/releases/live-names.ts';
import { textAt } from '../../core/values/json.ts';
import { type RevisedBlueprint, readRevised } from '../../core/waiting/in-force-states.ts';
import { type Waiting, findWaiting } from '../../core/waiting/waiting.ts';
import { AccessError } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import { findLiving } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';

const REVISIONS = { apiVersion: API_VERSION, kind: REVISION_KIND } as const;

/** Reads a blueprint with its stored revisions. */
export async function readBlueprint(session: Session, name: string): Promise<RevisedBlueprint> {
  const { access, namespace } = session;
  const blueprint = await findLiving(session, name);
  const served = await access.served(offlineContext().served.keys());
  const stored = await access.list(REVISIONS, { namespace }, (object) =>
    textAt(object, ['spec', 'blueprint']) === name ? (object as unknown as Revision) : undefined,
  );
  const context: CompileContext = {
    ...offlineContext(),
    // What the operator has no right to write, the status says.
    ownRights: 'Cluster',
    served,
    ageRecipient: blueprint.status?.ageRecipient,
    suspendGenerated: suspensionAt(blueprint.spec, session.now()).generated,
    releaseNames: await readReleaseNames(session, blueprint),
  };
  return readRevised(blueprint, stored, context);
}

/**
 * The names of the releases that are there. Those who may not read HelmReleases go without: where a name was chosen
 * that is not the usual one, the digest of the plan tells.
 */
async function readReleaseNames(session: Session, { spec, status }: Blueprint): Promise<Map<string, string>> {
  if ((spec.environments ?? []).length === 0) return new Map();
  const releases = readInventory(status).map(refOfTracked).filter(isRelease);
  const found = await Promise.all(releases.map((ref) => session.access.get(ref).catch(unlessUnreadable)));
  return findLiveNames(found.filter((object): object is KubeObject => object !== undefined));
}

function isRelease({ kind }: ObjectRef): boolean {
  return kind === 'HelmRelease';
}

function unlessUnreadable(failure: unknown): undefined {
  if (failure instanceof AccessError && ['Forbidden', 'NoKindMatch'].includes(failure.reason))
    return undefined;
  throw failure;
}

function explainSuspended({ namespace }: Session, name: string): string {
  return `FluxBlueprint ${name} is suspended, so that the operator plans nothing: resume it first: fluxblueprint resume ${name} -n ${namespace}`;
}

/** What waits of a blueprint, with what that was worked out from. */
export interface ReadWaiting {
  revised: RevisedBlueprint;
  waiting: Waiting;
}

/**
 * Reads what waits of a blueprint, once the operator has looked at its present version.
 *
 * @throws CommandError where it does not in time, or what waits cannot be told
 */
export async function readWaiting(session: Session, name: string): Promise<ReadWaiting> {
  let unseen = '';
  const looked = await session.poll(async () => {
    const { metadata, spec, status } = await findLiving(session, name);
    const suspended = suspensionAt(spec, session.now()).blueprint;
    if (suspended) throw new CommandError(explainSuspended(session, name));
    const isSeen = status?.observedGeneration === metadata.generation;
    unseen = 'the operator has not looked at the present version of it yet';
    return isSeen ? {} : unseen;
  });
  if (looked === undefined)
    throw new CommandError(
      `${unseen === '' ? 'the cluster is slow' : unseen}: see whether it runs, and try again with a longer --timeout`,
    );
  const revised = await readBlueprint(session, name);
  const waiting = findWaiting(revised);
  if (typeof waiting === 'string') throw new CommandError(`FluxBlueprint ${name}: ${waiting}`);
  return { revised, waiting };
}
