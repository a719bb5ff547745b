import { displayName, objectId, type KubeObject, type ObjectRef } from '../api/object.ts';
import type { DesiredObject } from '../core/desired.ts';
import type { ForeignDependency } from '../core/item.ts';
import { assessReadiness } from '../core/kstatus.ts';
import { ClusterError } from '../ports/cluster.ts';
import { DEFAULT_CONCURRENCY } from './apply.ts';
import type { Pass } from './pass.ts';
import { mapConcurrently } from './pool.ts';

/** How soon objects of others are looked at again, in milliseconds: they are not watched. */
export const FOREIGN_RETRY_MS = 5_000;

/** What a look at an object of others found. */
type Look = { ref: ObjectRef; live: KubeObject } | { ref: ObjectRef; why: string };

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
    async ([key, ref]) => [key, await look(pass, ref)] as const,
  );
  const looks = new Map(found);
  return (object) =>
    object.waitsFor.flatMap((dependency) => explain(pass, object, dependency, looks.get(keyOf(dependency))));
}

function refOf({ apiVersion, kind, namespace, name }: ForeignDependency): ObjectRef {
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

function keyOf(dependency: ForeignDependency): string {
  return `${dependency.apiVersion} ${objectId(refOf(dependency))}`;
}

/** The object, or why it cannot be read. */
async function look(pass: Pass, ref: ObjectRef): Promise<Look> {
  const { apiVersion, kind, namespace, name } = ref;
  // The operator's own rights reach further than those of who wrote the blueprint, and an expression tells what it read.
  if (pass.as === undefined && namespace !== undefined && namespace !== pass.key.namespace)
    return { ref, why: 'is in another namespace: that takes a blueprint with `serviceAccountName`' };
  try {
    const live = await pass.deps.cluster.get(ref, { as: pass.as, signal: pass.signal });
    return live === undefined ? { ref, why: 'does not exist' } : { ref, live };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'Aborted') throw error;
    // A kind without namespaces is named without one.
    if (error.reason === 'BadRequest' && namespace !== undefined)
      return look(pass, { apiVersion, kind, name });
    return { ref, why: `cannot be read: ${error.message}` };
  }
}

function explain(
  pass: Pass,
  object: DesiredObject,
  dependency: ForeignDependency,
  found: Look | undefined,
): string[] {
  const name = displayName(found?.ref ?? refOf(dependency));
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
