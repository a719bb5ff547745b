import { FIELD_MANAGER, IN_FORCE } from '../../api/names.ts';
import { findSurplus, revisionName } from '../../core/rollout/revision.ts';
import { asFailure } from '../../ports/cluster.ts';
import type { RevisionOutline } from '../context/dependencies.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { DeletionContext, ReconcileContext } from '../context/reconcile-context.ts';
import { refOfRevision } from './load-revision.ts';
import type { Rollout } from './roll-out.ts';
import { whereInForce } from './store-revision.ts';

/**
 * Writes to the stored revisions where they are in force, and deletes those that are kept no longer. What fails is done
 * by the next reconcile that changes anything.
 */
export async function tidyRevisions(
  context: ReconcileContext,
  { report, revisions }: Rollout,
  limit: number,
): Promise<void> {
  const { name } = context.key;
  const digests = report.stages.flatMap(({ inForce, keeps }) => {
    if (inForce === undefined) return [];
    // A change that may still fail goes back to the one before.
    const { digest, previous, completedAt } = inForce;
    return keeps.deadline && completedAt === undefined && previous !== undefined
      ? [digest, previous.digest]
      : [digest];
  });
  const where = new Map(
    [...digests, report.wanted.digest].map((digest) => [
      revisionName(name, digest),
      whereInForce(report, digest),
    ]),
  );
  const kept = revisions.outlines.map((outline) => ({ ...outline, digest: outline.name }));
  const surplus = new Set(findSurplus(kept, new Set(where.keys()), limit).map((one) => one.name));
  await mapConcurrently(revisions.outlines, context.concurrency, async (outline) => {
    if (surplus.has(outline.name)) await deleteRevision(context, outline);
    else if (outline.inForce !== where.get(outline.name))
      await annotate(context, outline, where.get(outline.name));
  });
}

async function annotate(
  context: ReconcileContext,
  { name, uid }: RevisionOutline,
  where: string | undefined,
): Promise<void> {
  const { cluster, cache } = context.deps;
  const patch = { metadata: { uid, annotations: { [IN_FORCE]: where ?? null } } };
  const options = { fieldManager: FIELD_MANAGER, signal: context.signal };
  await tolerate(context, name, async () => {
    const stored = await cluster.merge(refOfRevision(context, name), patch, options);
    if (stored !== undefined) cache.assume(stored);
  });
}

async function deleteRevision(context: DeletionContext, { name, uid }: RevisionOutline): Promise<void> {
  if (uid !== undefined) context.deps.cache.expectDeletion(uid);
  await tolerate(context, name, async () => {
    await context.deps.cluster.delete(refOfRevision(context, name), { uid, signal: context.signal });
  });
}

async function tolerate(
  { logger }: DeletionContext,
  revision: string,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    logger.warn('a revision could not be kept in order', { revision, error: asFailure(error).message });
  }
}

/** Deletes all revisions of a blueprint that is being deleted, and has no finalizer any more in a moment. */
export async function deleteRevisions(context: DeletionContext): Promise<void> {
  const { deps, key, blueprint, concurrency } = context;
  const outlines = deps.cache.revisions(key.namespace, blueprint.metadata.uid) ?? [];
  await mapConcurrently(outlines, concurrency, (outline) => deleteRevision(context, outline));
}
