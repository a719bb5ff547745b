import { displayName, objectId, type KubeObject, type ObjectRef } from '../api/object.ts';
import type { DesiredObject } from '../core/desired.ts';
import { assessHealth, isSettled } from '../core/health.ts';
import type { ForeignDependency } from '../core/item.ts';
import { ClusterError } from '../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import type { Pass } from './pass.ts';
import { mapConcurrently } from './pool.ts';

/** How soon objects of others are looked at again, in milliseconds: they are not watched. */
export const FOREIGN_RETRY_MS = 5_000;

/**
 * Reads what others make and our objects wait for. Answers, for an object, what of it is not ready, in words. Only
 * objects that were never created are looked at: what has run is not held again.
 */
export async function lookAtForeign(
  pass: Pass,
  objects: readonly DesiredObject[],
): Promise<(object: DesiredObject) => readonly string[]> {
  const tracked = new Set(pass.tracked.map(({ id }) => id));
  const waiting = objects.filter(({ id, waitsFor }) => waitsFor.length > 0 && !tracked.has(id));
  const refs = new Map(
    waiting.flatMap(({ waitsFor }) => waitsFor.map((dependency) => [keyOf(dependency), refOf(dependency)])),
  );
  const { concurrency = DEFAULT_CONCURRENCY } = pass.deps;
  const found = await mapConcurrently(
    [...refs],
    concurrency,
    async ([key, ref]) => [key, await read(pass, ref)] as const,
  );
  const live = new Map(found);
  return (object) =>
    object.waitsFor.flatMap((dependency) => explain(pass, object, dependency, live.get(keyOf(dependency))));
}

function refOf({ apiVersion, kind, namespace, name }: ForeignDependency): ObjectRef {
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

function keyOf(dependency: ForeignDependency): string {
  return objectId(refOf(dependency));
}

/** The object, or why it cannot be read. */
async function read(pass: Pass, ref: ObjectRef): Promise<KubeObject | string> {
  const options = { as: pass.as, signal: pass.signal };
  try {
    return (await pass.deps.cluster.get(ref, options)) ?? 'does not exist';
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    // A kind without namespaces is named without one.
    if (error.reason === 'BadRequest' && ref.namespace !== undefined) {
      const { apiVersion, kind, name } = ref;
      return read(pass, { apiVersion, kind, name });
    }
    return error.message;
  }
}

function explain(
  pass: Pass,
  object: DesiredObject,
  dependency: ForeignDependency,
  live: KubeObject | string | undefined,
): string[] {
  const name = displayName(refOf(dependency));
  if (live === undefined || typeof live === 'string')
    return [`${name}, which ${live ?? 'was not looked at'}`];
  const { readyExpr } = dependency;
  if (readyExpr === undefined) return isReady(live) ? [] : [name];
  try {
    return pass.deps.expressions.holds(readyExpr, { dep: live, self: object.manifest })
      ? []
      : [`${name} (readyExpr)`];
  } catch (error) {
    return [`${name}, whose readyExpr fails: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** By kstatus; an object without conditions is ready when it is there. */
function isReady(live: KubeObject): boolean {
  const status = live['status'] as { conditions?: unknown } | undefined;
  return status?.conditions === undefined || isSettled(assessHealth(live).state);
}
