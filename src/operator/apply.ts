import { FIELD_MANAGER } from '../api/names.ts';
import { displayName } from '../api/object.ts';
import type { DesiredObject } from '../core/desired.ts';
import { type Application, type Cause } from '../core/plan.ts';
import { ownershipOf } from '../core/ownership.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Pass } from './pass.ts';
import { mapConcurrently } from './pool.ts';

/** Requests in flight for one blueprint, where nothing else is said. */
export const DEFAULT_CONCURRENCY = 16;

/** An object that exists and is not ours. */
export interface Conflict {
  object: DesiredObject;
  owner: string;
}

/** An object that could not be applied. */
export interface Failure {
  object: DesiredObject;
  error: ClusterError;
}

/** What an application did. */
export interface ApplyResult {
  done: { object: DesiredObject; cause: Cause; drift: readonly string[] }[];
  failures: Failure[];
}

/**
 * Looks whether objects that are about to be created exist already, and whose they are. Nothing was written before
 * this, so that a refused blueprint touches nothing.
 */
export async function findConflicts(pass: Pass, applications: readonly Application[]): Promise<Conflict[]> {
  const tracked = new Set(pass.tracked.map(({ id }) => id));
  const { cluster, views, concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const conflicts = await mapConcurrently(applications, concurrency, async ({ object }) => {
    const known = views.generated(object.ref);
    const found = known ?? (await cluster.getMetadata(object.ref, { as: pass.as, signal: pass.signal }));
    if (found === undefined) return [];
    const ownership = ownershipOf(found.metadata, pass.key, tracked.has(object.id));
    if (ownership.ours || mayAdopt(pass, ownership.owner)) return [];
    return [{ object, owner: ownership.owner }];
  });
  return conflicts.flat();
}

/** An object of another blueprint is never taken: the two would fight for it for ever. */
function mayAdopt(pass: Pass, owner: string): boolean {
  return pass.blueprint.spec.adoption === 'Adopt' && !owner.startsWith('FluxBlueprint ');
}

/** Applies objects wave by wave, those of a wave side by side. A failure stops nothing but the waves after it. */
export async function applyObjects(pass: Pass, applications: readonly Application[]): Promise<ApplyResult> {
  const result: ApplyResult = { done: [], failures: [] };
  for (const wave of groupByWave(applications)) {
    if (result.failures.length > 0) break;
    const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
    await mapConcurrently(wave, concurrency, (application) => applyObject(pass, application, result));
  }
  return result;
}

async function applyObject(pass: Pass, application: Application, result: ApplyResult): Promise<void> {
  const { object, cause, drift } = application;
  const { cluster, views } = pass.deps;
  try {
    const stored = await cluster.apply(object.manifest, {
      fieldManager: FIELD_MANAGER,
      as: pass.as,
      signal: pass.signal,
    });
    views.assume(stored);
    pass.memory.noteApplied(object, stored);
    result.done.push({ object, cause, drift });
    const fields = { object: displayName(object.ref), layer: object.layer, cause };
    pass.logger.info(
      cause === 'drift' ? 'repaired drift' : 'applied',
      drift.length > 0 ? { ...fields, drift } : fields,
    );
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    result.failures.push({ object, error });
  }
}

function groupByWave(applications: readonly Application[]): Application[][] {
  const waves = new Map<number, Application[]>();
  for (const application of applications) {
    const { wave } = application.object;
    const members = waves.get(wave);
    if (members === undefined) waves.set(wave, [application]);
    else members.push(application);
  }
  return [...waves].sort(([a], [b]) => a - b).map(([, members]) => members);
}
