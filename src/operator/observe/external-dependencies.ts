import { displayName, objectId, type KubeObject, type ObjectRef } from '../../api/object.ts';
import { assessReadiness } from '../../core/health/kstatus.ts';
import type { DesiredObject, ExternalDependency } from '../../core/objects/desired.ts';
import { isOutline } from '../../core/objects/outline.ts';
import { clip } from '../../core/values/truncate.ts';
import { asFailure } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { ReadinessEvaluation } from './evaluate-readiness.ts';
import { mayRead } from './live-object.ts';

/** How soon an external dependency is read again that cannot be watched, in milliseconds. */
const RETRY_MS = 5_000;

/** The most that is told of why one cannot be read, in characters. */
const MAX_WHY = 1024;

/** An external dependency: the live object, or why it is not known. */
type Found = { ref: ObjectRef; live: KubeObject } | { ref: ObjectRef; why: string };

/**
 * The objects that were never created and have external dependencies. An object that ran once is not held back again.
 */
export function findWaiting(
  { progress }: ReconcileContext,
  objects: readonly DesiredObject[],
): DesiredObject[] {
  const waiting = objects.filter(({ waitsFor }) => waitsFor.length > 0);
  if (waiting.length === 0) return waiting;
  const created = new Set(progress.tracked.map(({ id }) => id));
  return waiting.filter(({ id }) => !created.has(id));
}

/** An object, and what waits for it: an object of the blueprint, and which of its dependencies that is. */
interface Asked {
  id: string;
  ref: ObjectRef;
  askers: { object: DesiredObject; dependency: ExternalDependency; at: number }[];
}

/**
 * Reads the external dependencies of objects, one after the other: however many and however large they are, one of them
 * is in memory. What is not watched is read a part at a time.
 *
 * @param waiting the objects that {@link findWaiting} found
 * @returns for an object, each of its dependencies that is not ready, in words
 */
export async function readExternal(
  context: ReconcileContext,
  waiting: readonly DesiredObject[],
): Promise<(object: DesiredObject) => readonly string[]> {
  const unready = new Map(waiting.map(({ id }): [string, (readonly string[])[]] => [id, []]));
  const evaluation = new ReadinessEvaluation(context);
  const all = groupByObject(waiting);
  const unseen = findUnseen(context, all);
  const due = chooseDue(context, unseen);
  for (const asked of all) {
    const later = unseen.has(asked.id) && !due.has(asked.id);
    const answer = later ? recall(context, asked) : await explainAll(context, evaluation, asked);
    if (due.has(asked.id)) context.memory.reading.record(asked.id, answer);
    for (const [i, { object, at }] of asked.askers.entries())
      (unready.get(object.id) ?? [])[at] = answer[i] ?? [];
  }
  return ({ id, waitsFor }) =>
    unready.get(id)?.flat() ?? waitsFor.map((dependency) => displayName(refOfExternal(dependency)));
}

function groupByObject(waiting: readonly DesiredObject[]): Asked[] {
  const byId = new Map<string, Asked>();
  for (const object of waiting) {
    for (const [at, dependency] of object.waitsFor.entries()) {
      const id = idOf(dependency);
      const asked = byId.get(id) ?? { id, ref: refOfExternal(dependency), askers: [] };
      asked.askers.push({ object, dependency, at });
      byId.set(id, asked);
    }
  }
  return [...byId.values()];
}

/** The ids of what may be read and is not watched. */
function findUnseen(context: ReconcileContext, all: readonly Asked[]): ReadonlySet<string> {
  const { cache } = context.deps;
  const unseen = all.filter(
    ({ ref }) => mayRead(context, ref) && cache.see({ ref, as: context.as }) === undefined,
  );
  return new Set(unseen.map(({ id }) => id));
}

function chooseDue(context: ReconcileContext, unseen: ReadonlySet<string>): ReadonlySet<string> {
  const { reading, compiled } = context.memory;
  reading.keepOnly(compiled.version);
  if (unseen.size > 0) context.progress.requeueWithin(RETRY_MS);
  return reading.chooseDue([...unseen], context.deps.clock.monotonic());
}

/** What was read of an object before. */
function recall({ memory }: ReconcileContext, { id, ref, askers }: Asked): readonly (readonly string[])[] {
  return memory.reading.find(id) ?? askers.map(() => [`${displayName(ref)}, which was not read yet`]);
}

async function explainAll(
  context: ReconcileContext,
  evaluation: ReadinessEvaluation,
  { ref, askers }: Asked,
): Promise<readonly (readonly string[])[]> {
  const found = await find(context, ref);
  const answer: string[][] = [];
  for (const { object, dependency } of askers)
    answer.push(await explain(context, evaluation, { object, dependency, found }));
  return answer;
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
  if (!mayRead(context, ref)) return { ref, why: explainUnreadable(context, ref) };
  const cached = context.deps.cache.see({ ref, as: context.as });
  return cached === undefined ? read(context, ref) : describeFound(ref, cached.live);
}

function explainUnreadable({ key }: ReconcileContext, { namespace, kind }: ObjectRef): string {
  const elsewhere = namespace !== undefined && namespace !== key.namespace;
  const why = elsewhere ? 'is in another namespace' : `is a ${kind}`;
  return `${why}: that takes a blueprint with \`serviceAccountName\``;
}

async function read(context: ReconcileContext, ref: ObjectRef): Promise<Found> {
  const { apiVersion, kind, namespace, name } = ref;
  const { deps, as, signal } = context;
  try {
    return describeFound(ref, await deps.cluster.get(ref, { as, signal }));
  } catch (thrown) {
    const error = asFailure(thrown);
    // A cluster-scoped kind is named without a namespace.
    if (error.reason === 'BadRequest' && namespace !== undefined)
      return read(context, { apiVersion, kind, name });
    return { ref, why: `cannot be read: ${clip(error.message, MAX_WHY)}` };
  }
}

function describeFound(ref: ObjectRef, live: KubeObject | undefined): Found {
  return live === undefined ? { ref, why: 'does not exist' } : { ref, live };
}

/** What waits for what, and what was found of it. */
interface Waiting {
  object: DesiredObject;
  dependency: ExternalDependency;
  found: Found;
}

async function explain(
  context: ReconcileContext,
  evaluation: ReadinessEvaluation,
  { object, dependency, found }: Waiting,
): Promise<string[]> {
  const name = displayName(found.ref);
  if ('why' in found) return [`${name}, which ${found.why}`];
  const { readyExpr } = dependency;
  const { live, ref } = found;
  if (readyExpr === undefined) {
    const readiness = assessReadiness(live);
    return readiness.ready ? [] : [`${name} (${readiness.why})`];
  }
  const readWhole = async (): Promise<KubeObject | undefined> => {
    const whole = isOutline(live) ? await read(context, ref) : found;
    return 'why' in whole ? undefined : whole.live;
  };
  const unready = await evaluation.explain({ object, dependency, readyExpr, live, readWhole });
  return unready === undefined ? [] : [`${name}${unready}`];
}
