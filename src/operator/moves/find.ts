/**
 * Moves in the operator: finds what takes the place of what (this file), releases what goes and brings back what is
 * wanted again (`release.ts`), and deletes what deploys nothing any more (`finish.ts`). How far a move came stands in
 * the two objects alone, so that any process can go on with it. Whatever decides is `core/moves`. Begin with
 * {@link findMovesTo}.
 */
import { MOVED_RELEASE } from '../../api/names.ts';
import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { SOURCE_API_VERSION } from '../../core/health/source-revision.ts';
import { helmRelease } from '../../core/kinds/helm-release.ts';
import { isOfKind } from '../../core/kinds/kind.ts';
import { findMoves } from '../../core/moves/find-moves.ts';
import { type Leaving, type Move, isMovable } from '../../core/moves/move.ts';
import { type PlannedMove, isOver, isReleased, phaseOf } from '../../core/moves/phases.ts';
import { listStated } from '../../core/moves/stated.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { type Tracked, refOfTracked, trackDesired } from '../../core/objects/inventory.ts';
import { isOutline } from '../../core/objects/outline.ts';
import { ownershipOf } from '../../core/objects/ownership.ts';
import { deploymentOf } from '../../core/releases/deployment.ts';
import { type Release, releaseOf } from '../../core/releases/release.ts';
import { equalJson, isObject } from '../../core/values/json.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { findLetGo } from './between.ts';
import { generatedObject, mayRead, readSource } from '../observe/live-object.ts';
import { servedRef } from '../prune/prune.ts';

/** The moves from what is tracked to what is desired; none where nothing that deploys anything is obsolete. */
export async function findMovesTo(
  context: ReconcileContext,
  { objects }: Pick<DesiredState, 'objects'>,
): Promise<Move[]> {
  const leaving = await findLeaving(context, objects);
  const staying = await findStaying(context, objects);
  if (leaving.length + staying.length === 0) return [];
  const { spec } = context.blueprint;
  return findMoves({
    leaving,
    staying,
    desired: objects,
    stated: listStated(spec),
    environments: spec.environments ?? [],
    liveSource: (ref) => readSource(context, { apiVersion: SOURCE_API_VERSION, ...ref }),
    exists: ({ ref }) => generatedObject(context, ref) !== undefined,
  });
}

/** What is tracked, deploys others, and is no longer desired. */
async function findLeaving(context: ReconcileContext, desired: readonly DesiredObject[]): Promise<Leaving[]> {
  const movable = context.progress.tracked.filter((tracked) => isMovable(refOfTracked(tracked)));
  if (movable.length === 0) return [];
  const wanted = new Set(desired.map(({ id }) => id));
  const isLetGo = findLetGo(context);
  const obsolete = movable.filter((tracked) => !wanted.has(tracked.id) && !isLetGo(tracked));
  const found = await mapConcurrently(obsolete, context.concurrency, async (tracked) => ({
    tracked,
    live: await readTracked(context, tracked),
  }));
  return found.flatMap(({ tracked, live }) => (live === undefined ? [] : [{ tracked, live }]));
}

/** What is there, and is to deploy something else than it does. Nearly always there is no such object. */
async function findStaying(context: ReconcileContext, desired: readonly DesiredObject[]): Promise<Leaving[]> {
  const changed = desired.filter(({ ref, manifest }) => {
    const live = isMovable(ref) ? generatedObject(context, ref) : undefined;
    return live !== undefined && deploymentOf(live)?.key !== deploymentOf(manifest)?.key;
  });
  const found = await mapConcurrently(changed, context.concurrency, async (object) => ({
    tracked: trackDesired(object, context.account),
    live: await readWhole(context, object.ref),
  }));
  return found.flatMap(({ tracked, live }) => (live === undefined ? [] : [{ tracked, live }]));
}

async function readTracked(context: ReconcileContext, tracked: Tracked): Promise<KubeObject | undefined> {
  const ref = servedRef(context, tracked);
  const live = await readWhole(context, ref);
  return live !== undefined && ownershipOf(live.metadata, context.key, true).ours ? live : undefined;
}

/**
 * An object of ours, whole: from the cache, or from the API server where the cache holds an outline, or nothing because
 * somebody took its labels.
 */
async function readWhole(context: ReconcileContext, ref: ObjectRef): Promise<KubeObject | undefined> {
  const cached = generatedObject(context, ref);
  if (cached !== undefined && !isOutline(cached)) return cached;
  if (!mayRead(context, ref)) return cached;
  const { deps, as, signal } = context;
  return deps.cluster.get(ref, { as, signal });
}

/** Says how far each move came. */
export async function planMoves(context: ReconcileContext, moves: readonly Move[]): Promise<PlannedMove[]> {
  const planned = await mapConcurrently(moves, context.concurrency, async (move) => {
    const released = isReleased(move.live) && isOver(move.live);
    const arrived = released ? await readWhole(context, move.to.ref) : generatedObject(context, move.to.ref);
    return { ...move, phase: phaseOf(move, arrived) };
  });
  return planned;
}

/**
 * Remembers which releases HelmReleases are to have from those that go, and answers whether the blueprint must be
 * compiled again with them.
 */
export function carryReleases({ memory }: ReconcileContext, moves: readonly Move[]): boolean {
  const carried = new Map(moves.flatMap((move) => carryRelease(move) ?? []));
  if (equalJson([...carried], [...memory.movedReleases])) return false;
  memory.movedReleases = carried;
  return true;
}

type Carried = [string, { storageNamespace: string; name: string }];

function carryRelease({ live, to: { ref, manifest } }: Move): Carried[] | undefined {
  const [before, after] = [releaseIn(live), releaseIn(manifest)];
  if (before === undefined || after === undefined) return undefined;
  const { storageNamespace, name } = before;
  const same = after.name === name && after.storageNamespace === storageNamespace;
  // What was carried before is carried on, until the new one is there to say it.
  if (same && manifest.metadata.annotations?.[MOVED_RELEASE] === undefined) return undefined;
  return [[`${ref.namespace ?? ''}/${ref.name}`, { storageNamespace, name }]];
}

function releaseIn(object: KubeObject): Release | undefined {
  const { spec, metadata } = object;
  if (!isOfKind(object, helmRelease) || !isObject(spec)) return undefined;
  const { name, namespace = '' } = metadata;
  return releaseOf(spec, { name, namespace });
}
