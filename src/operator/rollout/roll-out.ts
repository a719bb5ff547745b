/**
 * The rollout phase: decides which revision is in force where, and what is desired then. It reads stored revisions and
 * approvals, and writes nothing; whatever decides is `core/rollout`. Most blueprints need no more than this file: no
 * gate can hold their changes back. For the others, `decide-gated.ts` looks at gates and `compose-decided.ts` puts
 * together what is desired. `keep-revisions.ts` is what writes. Begin with {@link rollOut}.
 */
import { RECHECK_EVERY_MS } from '../../core/plan/suspension.ts';
import { bringInForce, type InForce } from '../../core/rollout/decide.ts';
import { findExcess } from '../../core/rollout/gates.ts';
import { type KnownRevisions, readInForce } from '../../core/rollout/in-force.ts';
import { digestSpec, type StoredRevision } from '../../core/rollout/revision.ts';
import { floorsOf } from '../../core/rollout/settings.ts';
import {
  type StagePlace,
  countDeletions,
  hasGates,
  isAtRest,
  objectsIn,
  placeStages,
} from '../../core/rollout/stages.ts';
import { Reason } from '../../core/status/conditions.ts';
import type { RolloutReport } from '../../core/status/rollout-report.ts';
import { type Ending, type Phase, endWith, proceed } from '../context/ending.ts';
import { type ReconcileContext, digestInForce } from '../context/reconcile-context.ts';
import { endInState } from '../context/refuse.ts';
import type { Compilation } from '../memory/compile-cache.ts';
import type { PendingObject } from '../observe/observe.ts';
import { composeDecided } from './compose-decided.ts';
import { decideGated } from './decide-gated.ts';
import type { Compiling, Decided, Deciding } from './deciding.ts';
import { environmentsOf } from './environments.ts';
import { StoredRevisions } from './stored-revisions.ts';

export type { Compiling } from './deciding.ts';

/** What is desired now, and what the phases after this one need to know of revisions. */
export interface RolledOut {
  /** What is desired, of all that is in force. */
  compilation: Compilation;
  /** What the blueprint says now. */
  wanted: Compilation;
  /** Undefined where the operator cannot see revisions, and none is needed. */
  rollout: Rollout | undefined;
}

/** Which revisions are in force. */
export interface Rollout {
  report: RolloutReport;
  revisions: StoredRevisions;
  /** Whether gates decided, so that the revision and the decision are stored before anything is applied. */
  gated: boolean;
  /** Whether something else came in force than the status says. */
  changed: boolean;
  /** The stages of which nobody knows what is in force, each with the reason: nothing of them may be deleted. */
  held: ReadonlyMap<string | undefined, string>;
  /** What waits for a first revision to come in force. */
  pending: readonly PendingObject[];
  /** The stages in which the wanted revision waits. */
  waiting: readonly StagePlace[];
  /** How many revisions are kept beside those in force and the wanted one. */
  historyLimit: number;
}

/** Decides what is in force, and answers what is desired then. */
export async function rollOut(
  context: ReconcileContext,
  wanted: Compilation,
  compiling: Compiling,
): Promise<Phase<RolledOut>> {
  const { blueprint, deps, progress } = context;
  const revisions = StoredRevisions.of(context);
  const inForce = readInForce(progress.status ?? {}, revisions?.known ?? NONE_KNOWN);
  const floors = floorsOf(deps.settings.rollout, context.key.namespace);
  const found = placeStages({ spec: blueprint.spec, inForce, floors });
  const gated = hasGates(found);
  if (revisions === undefined)
    return gated
      ? endWith(failUnseen(context))
      : proceed({ compilation: wanted, wanted, rollout: undefined });
  const revision = identify(context, revisions, [...inForce.values()]);
  const places = takeUp(context, found, wanted, revision);
  const deciding = { context, wanted, revision, revisions, places, compiling };
  const simply = decideSimply(deciding, gated);
  if (simply !== undefined) return proceed(conclude(deciding, simply, { compilation: wanted, gated: false }));
  const decided = await decideGated(deciding);
  if (!decided.ok) return decided;
  const composed = await composeDecided(deciding, decided.value);
  if (!composed.ok) return composed;
  return proceed(conclude(deciding, decided.value, { ...composed.value, gated: true }));
}

const NONE_KNOWN: KnownRevisions = { has: () => false, find: () => undefined };

/** Ends a reconcile that needs revisions and cannot see any. */
function failUnseen(context: ReconcileContext): Ending {
  const message =
    'the revisions of the blueprint cannot be seen, which its gates need: install the CRD of FluxBlueprintRevision and the roles of this version, and restart the operator';
  const state = { type: 'failing', reason: Reason.ReconcileFailed, message, retrying: true } as const;
  return endInState(context, state, { kind: 'failed', error: new Error(message) });
}

/** The wanted revision: of the same spec as one that is stored, or a new one. */
function identify(
  { blueprint, memory }: ReconcileContext,
  revisions: StoredRevisions,
  inForce: readonly InForce[],
): StoredRevision {
  const version = `${blueprint.metadata.uid ?? ''} ${blueprint.metadata.generation ?? 0}`;
  const known = memory.revisions.wanted;
  const digest = known?.version === version ? known.digest : digestSpec(blueprint.spec);
  memory.revisions.wanted = { version, digest };
  const revision =
    revisions.find(digest)?.revision ??
    inForce.find((one) => one.digest === digest)?.revision ??
    revisions.next(inForce.map((one) => one.revision));
  return { revision, digest };
}

/**
 * Takes up a blueprint of an operator that knew no revisions: what was applied in full is in force. Where the status
 * has another number for the wanted revision than its object, the object's counts.
 */
function takeUp(
  context: ReconcileContext,
  places: readonly StagePlace[],
  wanted: Compilation,
  revision: StoredRevision,
): StagePlace[] {
  const unknown = places.every(({ inForce }) => inForce === undefined);
  const applied = unknown && digestInForce(context) === wanted.digest;
  return places.map((place) => {
    if (applied) return { ...place, inForce: { ...revision, since: undefined, stored: true, earlier: [] } };
    const { inForce } = place;
    return inForce?.digest === revision.digest ? { ...place, inForce: { ...inForce, ...revision } } : place;
  });
}

/**
 * Decides where that takes no look at gates: nothing has changed, or nothing but the guard of deletions could hold the
 * change back, and that does not. Undefined elsewhere.
 */
function decideSimply(deciding: Deciding, gated: boolean): Decided[] | undefined {
  const { places, revision, context, wanted, compiling } = deciding;
  if (places.every((place) => isAtRest(place, revision)))
    return places.map((place) => inForceAs(place, place.inForce));
  if (gated || places.some(({ inForce }) => inForce?.failed !== undefined)) return undefined;
  const there = { tracked: context.progress.tracked, moved: compiling.moved };
  const environmentOf = environmentsOf(context);
  const free = places.every(
    (place) =>
      findExcess({
        deletions: countDeletions(there, wanted.desired, place, environmentOf),
        settings: place.settings,
      }) === undefined,
  );
  const now = context.deps.clock.now();
  return free ? places.map((place) => inForceAs(place, bringInForce(place, revision, now))) : undefined;
}

function inForceAs(place: StagePlace, inForce: InForce | undefined): Decided {
  const { environment } = place;
  const decision = { environment, inForce, waitsFor: undefined, againInMs: undefined };
  return { place, decision, plan: undefined };
}

const NONE: Rollout['held'] = new Map();

function conclude(
  { context, wanted, revision, revisions }: Deciding,
  decided: readonly Decided[],
  { compilation, gated, held = NONE }: { compilation: Compilation; gated: boolean; held?: Rollout['held'] },
): RolledOut {
  const { progress, deps, memory } = context;
  const digests = new Set<string>();
  for (const { decision, place } of decided) {
    if (decision.againInMs !== undefined)
      progress.requeueWithin(Math.min(decision.againInMs, RECHECK_EVERY_MS));
    const { digest } = decision.inForce ?? {};
    if (digest !== undefined && digest !== revision.digest) digests.add(digest);
    if (place.inForce !== undefined && place.inForce.digest !== revision.digest)
      digests.add(place.inForce.digest);
  }
  memory.revisions.keepOnly(digests);
  const changed = decided.some(({ place, decision }) => place.inForce?.digest !== decision.inForce?.digest);
  // What a stage that is no more has left is obsolete from now on, and the inventory knows of it.
  const present = decided.filter(
    ({ place, decision }) => !place.removed || decision.inForce?.digest !== revision.digest,
  );
  const stages = present.map(({ place: { environment, keeps }, decision: { inForce, waitsFor }, plan }) => ({
    ...{ environment, keeps, inForce, plan },
    waitsFor: waitsFor && { ...waitsFor, message: addHeld(waitsFor.message, held.get(environment)) },
  }));
  const report = { wanted: revision, stages, now: deps.clock.now() };
  const waiting = decided.filter(({ decision }) => decision.waitsFor !== undefined).map(({ place }) => place);
  // Where environments differ, the revisions of all are kept.
  const historyLimit = Math.max(...decided.map(({ place }) => place.settings.revisionHistoryLimit));
  const pending = findPending(decided, compilation, wanted);
  const rollout = { report, revisions, gated, changed, held, pending, waiting, historyLimit };
  return { compilation, wanted, rollout };
}

/** What stages would have in which nothing is in force yet, and nothing desired stands for it. */
function findPending(
  decided: readonly Decided[],
  { desired }: Compilation,
  wanted: Compilation,
): PendingObject[] {
  const first = decided.filter(({ decision }) => decision.inForce === undefined);
  if (first.length === 0) return [];
  const known = new Set(desired.objects.map(({ id }) => id));
  return first.flatMap(({ place, decision: { waitsFor } }) =>
    objectsIn(wanted.desired, place)
      .filter(({ id, environment }) => environment === place.environment && !known.has(id))
      .map((object) => ({ object, message: `waits: ${waitsFor?.message ?? ''}` })),
  );
}

function addHeld(message: string, why: string | undefined): string {
  return why === undefined ? message : `${message}; what is there stays as it is until then, because ${why}`;
}
