import { FIELD_MANAGER } from '../../api/names.ts';
import { displayName, type KubeObject, type ObjectMeta, type ObjectRef } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { type Application, type Cause } from '../../core/plan/plan.ts';
import { ownerOf, ownershipOf } from '../../core/objects/ownership.ts';
import { compare } from '../../core/values/path.ts';
import { findOtherManagers } from '../../core/objects/managed-fields.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { withoutEmptiedMaps } from '../../core/plan/emptied-maps.ts';
import type { Pass } from '../context/reconcile-context.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import { surveyCollections } from './list-existing.ts';

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

/** What was found where objects are about to be written. */
export interface Findings {
  conflicts: Conflict[];
  /** Objects that could not be looked at. */
  failures: Failure[];
  /** Objects in a version of their API that the cluster does not serve. */
  unserved: DesiredObject[];
  /** Ids of what was not there: whoever makes one of them meanwhile keeps it. */
  absent: Set<string>;
}

/**
 * Looks whether objects that are about to be written exist already, and whose they are. Nothing was written before
 * this, so that a refused blueprint touches nothing.
 */
export async function findConflicts(pass: Pass, applications: readonly Application[]): Promise<Findings> {
  const tracked = new Set(pass.tracked.map(({ id }) => id));
  const findings: Findings = { conflicts: [], failures: [], unserved: [], absent: new Set() };
  const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const unknown = applications.map(({ object: { ref } }) => ref).filter((ref) => !isKnown(pass, ref));
  const surveyed = await surveyCollections(pass, unknown);
  await mapConcurrently(applications, concurrency, async ({ object }) => {
    try {
      const found = surveyed(object.ref) ?? (await readOwned(pass, object.ref));
      if (found === undefined || found === 'absent') {
        findings.absent.add(object.id);
        return;
      }
      const ownership = ownershipOf(found, pass.key, tracked.has(object.id));
      if (ownership.ours || mayAdopt(pass, object, ownership.owner)) return;
      findings.conflicts.push({ object, owner: ownership.owner });
    } catch (error) {
      if (error instanceof ClusterError && error.reason === 'NoKindMatch') findings.unserved.push(object);
      else noteFailure(findings, object, error);
    }
  });
  findings.conflicts.sort(byId);
  findings.failures.sort(byId);
  findings.unserved.sort(compareIds);
  return findings;
}

/**
 * An object's metadata, with all that tells whose it is: from the local copy, which holds no field managers, only
 * where the labels name the owner.
 */
export async function readOwned(pass: Pass, ref: ObjectRef): Promise<ObjectMeta | undefined> {
  if (isKnown(pass, ref)) return pass.deps.cache.generated(ref)?.metadata;
  // What the local copy lacks may only not have arrived yet.
  return (await pass.deps.cluster.getMetadata(ref, { as: pass.as, signal: pass.signal }))?.metadata;
}

function isKnown({ deps }: Pass, ref: ObjectRef): boolean {
  const known = deps.cache.generated(ref)?.metadata;
  return known !== undefined && ownerOf(known) !== undefined;
}

function noteFailure({ failures }: Pick<Findings, 'failures'>, object: DesiredObject, error: unknown): void {
  if (!(error instanceof ClusterError)) throw error;
  failures.push({ object, error });
}

/** Requests end in any order; what is told of them must not depend on it. */
function byId(a: { object: DesiredObject }, b: { object: DesiredObject }): number {
  return compareIds(a.object, b.object);
}

function compareIds(a: DesiredObject, b: DesiredObject): number {
  return compare(a.id, b.id);
}

/**
 * An object of another blueprint is never taken: the two would fight for it for ever. Nor is a namespace, with all
 * that is in it.
 */
function mayAdopt(pass: Pass, { ref }: DesiredObject, owner: string): boolean {
  return (
    pass.blueprint.spec.adoption === 'Adopt' &&
    ref.kind !== 'Namespace' &&
    !owner.startsWith('FluxBlueprint ')
  );
}

/**
 * Applies objects wave by wave, those of a wave side by side. A failure stops nothing but the waves after it. What is
 * `absent` is only created: an object that somebody else has made since it was looked for is left as it is.
 */
export async function applyObjects(
  pass: Pass,
  applications: readonly Application[],
  absent: ReadonlySet<string>,
): Promise<ApplyResult> {
  const result: ApplyResult = { done: [], failures: [] };
  for (const wave of groupByWave(applications)) {
    if (result.failures.length > 0) break;
    const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
    await mapConcurrently(wave, concurrency, (application) =>
      applyObject(pass, application, absent.has(application.object.id), result),
    );
  }
  result.failures.sort(byId);
  return result;
}

async function applyObject(
  pass: Pass,
  application: Application,
  createOnly: boolean,
  result: ApplyResult,
): Promise<void> {
  const { object, cause, drift } = application;
  const { cluster, cache } = pass.deps;
  const options = { fieldManager: FIELD_MANAGER, as: pass.as, signal: pass.signal };
  try {
    const live = createOnly ? undefined : cache.generated(object.ref);
    const before = withoutEmptiedMaps(object.manifest, live);
    if (before !== undefined) await cluster.apply(before, options);
    const stored = await cluster.apply(object.manifest, { ...options, createOnly });
    cache.assume(stored);
    pass.memory.noteApplied(object, stored, pass.deps.clock.monotonic());
    result.done.push({ object, cause, drift });
    pass.tally.applied[cause]++;
    const fields = { object: displayName(object.ref), layer: object.layer, cause };
    pass.logger.info(
      cause === 'drift' ? 'repaired drift' : 'applied',
      drift.length > 0 ? { ...fields, drift } : fields,
    );
    if (cause === 'drift') tellRepair(pass, application, live);
  } catch (error) {
    noteFailure(result, object, error);
    // An answer may have been lost, and not the request: the object may hold what this version alone asked for.
    pass.memory.forget(object.id);
    // Its namespace is gone, which no watch tells.
    if (error instanceof ClusterError && error.reason === 'NotFound') pass.memory.distrustSeen();
  }
}

/** Who changed by hand what is generated should hear that it did not last, and where to make the change. */
function tellRepair(pass: Pass, { object, drift }: Application, live: KubeObject | undefined): void {
  const managers = live === undefined ? [] : findOtherManagers(object.manifest, live);
  const by =
    managers.length === 0 ? '' : `, which ${[...new Set(managers)].sort(compare).join(', ')} had set`;
  pass.deps.events.record({
    regarding: pass.blueprint as unknown as KubeObject,
    type: 'Normal',
    reason: 'DriftRepaired',
    action: 'Reconcile',
    note: `put back ${drift.join(', ')} of ${displayName(object.ref)}${by}: make the change in the blueprint, at ${object.path}`,
  });
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
