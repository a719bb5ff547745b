import { RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, displayName } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import {
  type Readiness,
  describeFailedSince,
  findFailed,
  readinessAfter,
} from '../../core/inspect/readiness.ts';
import {
  chooseTargets,
  describeHandling,
  explainUnknownLayer,
  listPlaces,
  selectGenerated,
} from '../../core/inspect/reconcile-targets.ts';
import { describeSuspension } from '../../core/inspect/suspension.ts';
import { acceptsRequests } from '../../core/plan/reconcile-requests.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { AccessError } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import { blueprintRef, explainMissing, findLiving } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';
import { waitUntilReady } from './wait.ts';

/** The values of the flags of `reconcile`. */
export interface ReconcileOptions {
  withSource?: boolean;
  layer?: string;
  wait?: boolean;
}

/** `reconcile NAME`: has a blueprint, or one layer of it, reconciled now; its sources first, if asked for. */
export async function reconcileBlueprint(
  session: Session,
  name: string,
  { withSource = false, layer, wait = false }: ReconcileOptions,
): Promise<void> {
  const blueprint = await findLiving(session, name);
  refuseSuspended(blueprint, session);
  const fault = layer === undefined ? undefined : explainUnknownLayer(blueprint, layer);
  if (fault !== undefined) throw new CommandError(fault);
  if (withSource || layer !== undefined) {
    const targets = chooseTargets(await readGenerated(session, blueprint, layer));
    if (withSource) await reconcileSources(session, targets.sources);
    if (layer !== undefined) {
      if (targets.suspended.length > 0)
        session.say('waiting', `not asked, because suspended: ${nameAll(targets.suspended)}`);
      await reconcileLayer(session, layer, { objects: targets.others, wait });
      return;
    }
  }
  await reconcileWhole(session, name, wait);
}

/** A request would lie there until the blueprint is resumed. */
function refuseSuspended({ metadata: { name }, spec }: Blueprint, session: Session): void {
  const suspended = describeSuspension(spec, session.now());
  if (suspended === undefined) return;
  throw new CommandError(
    `FluxBlueprint ${name} is ${suspended}; resume it first: fluxblueprint resume ${name} -n ${session.namespace}`,
  );
}

/** What a blueprint generated of the kinds of Flux, or one layer of that. */
async function readGenerated(
  { access }: Session,
  blueprint: Blueprint,
  layer: string | undefined,
): Promise<KubeObject[]> {
  const { namespace = '', name } = blueprint.metadata;
  const labels = selectGenerated({ namespace, name }, layer);
  const lists = await Promise.all(
    listPlaces(blueprint).map((place) =>
      access.list(place, { namespace: place.namespace, labels }, (object) => object),
    ),
  );
  return lists.flat();
}

async function reconcileSources(session: Session, refs: readonly ObjectRef[]): Promise<void> {
  const live = await readAll(session, refs);
  const asked = refs.filter((_, i) => {
    const source = live[i];
    return source !== undefined && acceptsRequests(source);
  });
  if (asked.length === 0) {
    session.say('waiting', 'there are no sources to fetch from');
    return;
  }
  await askAndWait(session, asked, 'sources');
}

/** The most objects that a message names. */
const MAX_NAMED = 5;

function nameAll(refs: readonly ObjectRef[]): string {
  return joinFirst(refs.map(displayName), MAX_NAMED);
}

async function reconcileLayer(
  session: Session,
  layer: string,
  { objects, wait }: { objects: readonly ObjectRef[]; wait: boolean },
): Promise<void> {
  if (objects.length === 0)
    throw new CommandError(`layer ${layer} has generated nothing yet that Flux could reconcile`);
  if (wait) await askAndWait(session, objects, `layer ${layer}`);
  else await ask(session, objects);
}

/** Asks for a reconcile of objects of Flux. Answers the request. */
async function ask(session: Session, refs: readonly ObjectRef[]): Promise<string> {
  const request = new Date(session.now()).toISOString();
  session.say('action', `asking for a reconcile of ${nameAll(refs)}`);
  await Promise.all(refs.map((ref) => session.access.merge(ref, requestPatch(request))));
  session.lasting = 'what was asked for is reconciled all the same';
  if (refs.length > 0) session.say('success', 'asked Flux for a reconcile');
  return request;
}

function requestPatch(request: string): { metadata: object } {
  return { metadata: { annotations: { [RECONCILE_REQUEST]: request } } };
}

/** The same, and waits until all of them are ready. */
async function askAndWait(session: Session, refs: readonly ObjectRef[], what: string): Promise<void> {
  const request = await ask(session, refs);
  let last = '';
  const end = await session.poll(async () => {
    const handling = describeHandling(await readAll(session, refs), request);
    last = handling.message;
    return handling.done || handling.failed !== undefined ? handling : `${what}: ${last}`;
  });
  if (end === undefined) throw new CommandError(`${what}: not reconciled after ${session.elapsed}: ${last}`);
  if (end.failed !== undefined) throw new CommandError(end.failed);
  session.say('success', `${what}: ${last} after ${session.elapsed}`);
}

async function readAll({ access }: Session, refs: readonly ObjectRef[]): Promise<(KubeObject | undefined)[]> {
  return Promise.all(refs.map((ref) => access.get(ref)));
}

async function reconcileWhole(session: Session, name: string, wait: boolean): Promise<void> {
  const request = new Date(session.now()).toISOString();
  const stored = await session.access.merge(blueprintRef(session, name), requestPatch(request));
  if (stored === undefined) throw await explainMissing(session, name);
  session.say('success', `asked for a reconcile of FluxBlueprint ${name}`);
  session.lasting = 'what was asked for is reconciled all the same';
  if (wait) await waitUntilReady(session, name, (blueprint) => assess(session, blueprint, request));
}

/**
 * How far a blueprint is with a request. Objects that failed before may not have handled it yet, so that a failure
 * counts only when they have.
 */
async function assess(session: Session, blueprint: Blueprint, request: string): Promise<Readiness> {
  const readiness = readinessAfter(blueprint, request, session.now());
  if (readiness.state !== 'failing') return readiness;
  const failed = findFailed(blueprint);
  if (failed.length === 0) return { ...readiness, state: 'ended' };
  const why = describeFailedSince(await mayRead(readAll(session, failed)), request);
  return why === undefined ? readiness : { state: 'ended', message: why };
}

/** Who may not read what was generated waits until it is ready, or the time is over. */
async function mayRead(reading: Promise<(KubeObject | undefined)[]>): Promise<(KubeObject | undefined)[]> {
  try {
    return await reading;
  } catch (failure) {
    if (failure instanceof AccessError && failure.reason === 'Forbidden') return [];
    throw failure;
  }
}
