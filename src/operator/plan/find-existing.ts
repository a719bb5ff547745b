import type { ObjectMeta } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { Existing } from '../../core/plan/existing.ts';
import type { Application } from '../../core/plan/plan.ts';
import { compare } from '../../core/values/path.ts';
import { asClusterError, isReason } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import type { Failure } from '../context/refuse.ts';
import { generatedObject, readOwned } from '../observe/live-object.ts';
import { listExisting } from './list-existing.ts';

/** What exists under the names of objects that are about to be applied. */
export interface ExistingObjects {
  /** By the id of the object. */
  existing: ReadonlyMap<string, Existing>;
  /** Objects that could not be read, sorted by id. */
  failures: Failure[];
}

/** Reads the objects that exist under the names of those that are about to be applied. */
export async function findExisting(
  context: ReconcileContext,
  applications: readonly Application[],
): Promise<ExistingObjects> {
  const existing = new Map<string, Existing>();
  const failures: Failure[] = [];
  const unknown = applications
    .map(({ object }) => object.ref)
    .filter((ref) => generatedObject(context, ref) === undefined);
  const listed = await listExisting(context, unknown);
  await mapConcurrently(applications, context.concurrency, async ({ object }) => {
    try {
      existing.set(object.id, describe(listed(object.ref) ?? (await readOwned(context, object.ref))));
    } catch (error) {
      if (isReason(error, 'NoKindMatch')) existing.set(object.id, { type: 'unserved' });
      else failures.push({ object, error: asClusterError(error) });
    }
  });
  return { existing, failures: failures.sort(byId) };
}

function describe(found: ObjectMeta | 'absent' | undefined): Existing {
  return found === undefined || found === 'absent' ? { type: 'absent' } : { type: 'found', metadata: found };
}

/** Requests end in any order, and the order of messages must not depend on it. */
function byId(a: { object: DesiredObject }, b: { object: DesiredObject }): number {
  return compare(a.object.id, b.object.id);
}
