import { displayName, objectId, type KubeObject, type ObjectRef } from '../../api/object.ts';
import { assessReadiness } from '../../core/health/kstatus.ts';
import type { DesiredObject, ExternalDependency } from '../../core/objects/desired.ts';
import { clip } from '../../core/values/truncate.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { mapConcurrently } from '../context/map-concurrently.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { mayRead } from './live-object.ts';

/** How soon an external dependency is read again that cannot be watched, in milliseconds. */
const RETRY_MS = 5_000;

/** The most that is told of why one cannot be read, in characters. */
const MAX_WHY = 1024;

/** An external dependency: the live object, or why it is not known. */
type Found = { ref: ObjectRef; live: KubeObject } | { ref: ObjectRef; why: string };

/** The objects that were never created and have external dependencies. An object that ran once is not held back again. */
export function findWaiting(
  { progress }: ReconcileContext,
  objects: readonly DesiredObject[],
): DesiredObject[] {
  const waiting = objects.filter(({ waitsFor }) => waitsFor.length > 0);
  if (waiting.length === 0) return waiting;
  const created = new Set(progress.tracked.map(({ id }) => id));
  return waiting.filter(({ id }) => !created.has(id));
}

/**
 * Reads the external dependencies of objects.
 *
 * @param waiting the objects that {@link findWaiting} found
 * @returns for an object, each of its dependencies that is not ready, in words
 */
export async function readExternal(
  context: ReconcileContext,
  waiting: readonly DesiredObject[],
): Promise<(object: DesiredObject) => readonly string[]> {
  const refs = new Map(
    waiting.flatMap(({ waitsFor }) =>
      waitsFor.map((dependency) => [idOf(dependency), refOfExternal(dependency)]),
    ),
  );
  const found = new Map(
    await mapConcurrently([...refs], context.concurrency, async ([id, ref]) => {
      return [id, await find(context, ref)] as const;
    }),
  );
  return (object) =>
    object.waitsFor.flatMap((dependency) =>
      explain(context, object, dependency, found.get(idOf(dependency))),
    );
}

/** The reference of an external dependency. */
export function refOfExternal({ apiVersion, kind, namespace, name }: ExternalDependency): ObjectRef {
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

function idOf(dependency: ExternalDependency): string {
  return `${dependency.apiVersion} ${objectId(refOfExternal(dependency))}`;
}

async function find(context: ReconcileContext, ref: ObjectRef): Promise<Found> {
  // An expression can reveal what it read.
  if (!mayRead(context, ref))
    return { ref, why: 'is in another namespace: that takes a blueprint with `serviceAccountName`' };
  const cached = context.deps.cache.see({ ref, as: context.as });
  if (cached !== undefined) return describeFound(ref, cached.live);
  context.progress.requeueWithin(RETRY_MS);
  return read(context, ref);
}

async function read(context: ReconcileContext, ref: ObjectRef): Promise<Found> {
  const { apiVersion, kind, namespace, name } = ref;
  const { deps, as, signal } = context;
  try {
    return describeFound(ref, await deps.cluster.get(ref, { as, signal }));
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'Aborted') throw error;
    // A cluster-scoped kind is named without a namespace.
    if (error.reason === 'BadRequest' && namespace !== undefined)
      return read(context, { apiVersion, kind, name });
    return { ref, why: `cannot be read: ${clip(error.message, MAX_WHY)}` };
  }
}

function describeFound(ref: ObjectRef, live: KubeObject | undefined): Found {
  return live === undefined ? { ref, why: 'does not exist' } : { ref, live };
}

function explain(
  { deps }: ReconcileContext,
  object: DesiredObject,
  dependency: ExternalDependency,
  found: Found | undefined,
): string[] {
  const name = displayName(found?.ref ?? refOfExternal(dependency));
  if (found === undefined) return [name];
  if ('why' in found) return [`${name}, which ${found.why}`];
  const { readyExpr } = dependency;
  if (readyExpr === undefined) {
    const readiness = assessReadiness(found.live);
    return readiness.ready ? [] : [`${name} (${readiness.why})`];
  }
  try {
    return deps.expressions.holds(readyExpr, { dep: found.live, self: object.manifest })
      ? []
      : [`${name} (readyExpr)`];
  } catch (error) {
    return [`${name}, whose readyExpr fails: ${error instanceof Error ? error.message : String(error)}`];
  }
}
