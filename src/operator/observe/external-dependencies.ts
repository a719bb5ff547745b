import { displayName, objectId, type KubeObject, type ObjectRef } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { ExternalDependency } from '../../core/objects/desired.ts';
import { assessReadiness } from '../../core/health/kstatus.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from '../apply/apply.ts';
import { type Pass, wakeAfter } from '../context/reconcile-context.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';

/** How soon an object of others is looked at again that cannot be watched, in milliseconds. */
const FOREIGN_RETRY_MS = 5_000;

/** What a look at an object of others found. */
type Look = { ref: ObjectRef; live: KubeObject } | { ref: ObjectRef; why: string };

/**
 * Reads what others make and our objects wait for. Answers, for an object, what of it is not ready, in words. Only
 * those that {@link findWaiting} found are looked at: what has run is not held again.
 */
export async function lookAtForeign(
  pass: Pass,
  waiting: readonly DesiredObject[],
): Promise<(object: DesiredObject) => readonly string[]> {
  const refs = new Map(
    waiting.flatMap(({ waitsFor }) =>
      waitsFor.map((dependency) => [keyOf(dependency), foreignRef(dependency)]),
    ),
  );
  const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const found = await mapConcurrently(
    [...refs],
    concurrency,
    async ([key, ref]) => [key, await look(pass, ref)] as const,
  );
  const looks = new Map(found);
  return (object) =>
    object.waitsFor.flatMap((dependency) => explain(pass, object, dependency, looks.get(keyOf(dependency))));
}

/** Objects that were never created and wait for objects of others. */
export function findWaiting({ tracked }: Pass, objects: readonly DesiredObject[]): DesiredObject[] {
  const waiting = objects.filter(({ waitsFor }) => waitsFor.length > 0);
  if (waiting.length === 0) return waiting;
  const created = new Set(tracked.map(({ id }) => id));
  return waiting.filter(({ id }) => !created.has(id));
}

/** Whether what others make may be read: the operator's own rights reach further than those of who wrote the blueprint. */
export function mayRead({ as, key }: Pass, { namespace }: ObjectRef): boolean {
  return as !== undefined || namespace === undefined || namespace === key.namespace;
}

/** The reference of an object of others. */
export function foreignRef({ apiVersion, kind, namespace, name }: ExternalDependency): ObjectRef {
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

function keyOf(dependency: ExternalDependency): string {
  return `${dependency.apiVersion} ${objectId(foreignRef(dependency))}`;
}

/** The object, or why it is not known. */
async function look(pass: Pass, ref: ObjectRef): Promise<Look> {
  // An expression tells what it read.
  if (!mayRead(pass, ref))
    return { ref, why: 'is in another namespace: that takes a blueprint with `serviceAccountName`' };
  const seen = pass.deps.cache.see({ ref, as: pass.as });
  if (seen !== undefined) return describeLook(ref, seen.live);
  wakeAfter(pass, FOREIGN_RETRY_MS);
  return read(pass, ref);
}

async function read(pass: Pass, ref: ObjectRef): Promise<Look> {
  const { apiVersion, kind, namespace, name } = ref;
  try {
    return describeLook(ref, await pass.deps.cluster.get(ref, { as: pass.as, signal: pass.signal }));
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'Aborted') throw error;
    // A kind without namespaces is named without one.
    if (error.reason === 'BadRequest' && namespace !== undefined)
      return read(pass, { apiVersion, kind, name });
    return { ref, why: `cannot be read: ${error.message}` };
  }
}

function describeLook(ref: ObjectRef, live: KubeObject | undefined): Look {
  return live === undefined ? { ref, why: 'does not exist' } : { ref, live };
}

function explain(
  pass: Pass,
  object: DesiredObject,
  dependency: ExternalDependency,
  found: Look | undefined,
): string[] {
  const name = displayName(found?.ref ?? foreignRef(dependency));
  if (found === undefined) return [name];
  if ('why' in found) return [`${name}, which ${found.why}`];
  const { readyExpr } = dependency;
  if (readyExpr === undefined) {
    const readiness = assessReadiness(found.live);
    return readiness.ready ? [] : [`${name} (${readiness.why})`];
  }
  try {
    return pass.deps.expressions.holds(readyExpr, { dep: found.live, self: object.manifest })
      ? []
      : [`${name} (readyExpr)`];
  } catch (error) {
    return [`${name}, whose readyExpr fails: ${error instanceof Error ? error.message : String(error)}`];
  }
}
