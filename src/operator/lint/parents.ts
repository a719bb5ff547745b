import type { ObjectRef } from '../../api/object.ts';
import { type Parent, describeParent, findParent, isAutomatic } from '../../core/adoption/find-parent.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { isObject, textAt, valueAt } from '../../core/values/json.ts';
import { clip } from '../../core/values/truncate.ts';
import { asFailure } from '../../ports/cluster.ts';
import type { KnownParent } from '../memory/lint-memory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { generatedObject, mayRead } from '../observe/live-object.ts';

/**
 * How long a parent is told of after its marks were last seen on an object, in milliseconds: they go with each
 * correction and come back when the parent reconciles.
 */
const LINGER_MS = 15 * 60_000;

/** How often the Kustomizations that are parents are read, in milliseconds, and how many of them. */
const READ_EVERY_MS = 60_000;
const MAX_READ = 20;

/** The longest path and name of a source that are told, in characters. */
const MAX_PLACE = 128;

/** Remembers that somebody else applies an object too, whose marks a correction is about to take. */
export function recordParent({ memory, deps }: ReconcileContext, id: string, parent: Parent): void {
  if (!isAutomatic(parent)) return;
  const known = memory.lint.parents.get(id);
  const same = known !== undefined && describeParent(known.parent) === describeParent(parent);
  const place = same ? known.place : undefined;
  const seenAt = deps.clock.monotonic();
  memory.lint.parents.set(id, { parent, seenAt, ...(place === undefined ? {} : { place }) });
}

/** Who applies objects of the blueprint too, by the ids of the objects. */
export function findParents(
  context: ReconcileContext,
  { objects }: DesiredState,
): ReadonlyMap<string, Pick<KnownParent, 'parent' | 'place'>> {
  const { parents } = context.memory.lint;
  for (const object of objects) {
    const parent = liveParent(context, object);
    if (parent !== undefined) recordParent(context, object.id, parent);
  }
  if (parents.size > 0) {
    forgetOld(context, objects);
    // No watch tells that a parent applies an object no longer.
    context.progress.requeueWithin(READ_EVERY_MS);
  }
  return new Map([...parents].map(([id, { parent, place }]) => [id, { parent, place: place ?? '' }]));
}

function liveParent(context: ReconcileContext, { ref, manifest }: DesiredObject): Parent | undefined {
  const live = ref.kind === 'Namespace' ? undefined : generatedObject(context, ref);
  return live === undefined ? undefined : findParent(live, manifest);
}

function forgetOld({ memory, deps }: ReconcileContext, objects: readonly DesiredObject[]): void {
  const { parents } = memory.lint;
  const wanted = new Set(objects.map(({ id }) => id));
  const oldest = deps.clock.monotonic() - LINGER_MS;
  for (const [id, { seenAt }] of parents) if (!wanted.has(id) || seenAt < oldest) parents.delete(id);
}

/**
 * Reads the Kustomizations that are parents, as far as the blueprint may: they tell where they have an object from, and
 * whether they apply it still. Each is read by itself, because its inventory can be large.
 */
export async function refreshParents(context: ReconcileContext): Promise<void> {
  const { memory, deps, requested } = context;
  const { parents } = memory.lint;
  const now = deps.clock.monotonic();
  if (parents.size === 0 || (!requested && now - memory.lint.parentsReadAt < READ_EVERY_MS)) return;
  memory.lint.parentsReadAt = now;
  const byName = Map.groupBy([...parents], ([, { parent }]) => describeParent(parent));
  const read = [...byName.values()].filter(([first]) => first?.[1].parent.kind === 'Kustomization');
  for (const entries of read.slice(0, MAX_READ)) await readParent(context, entries);
}

async function readParent(
  context: ReconcileContext,
  entries: readonly [string, KnownParent][],
): Promise<void> {
  const ref = refOfParent(context, entries[0]?.[1].parent);
  if (ref === undefined || !mayRead(context, ref)) return;
  const { deps, as, signal, memory } = context;
  try {
    const live = await deps.cluster.get(ref, { as, signal });
    const applied = live === undefined ? new Set<string>() : readInventory(live);
    const place = live === undefined ? '' : describePlace(live);
    for (const [id, known] of entries) {
      // Where the object has its marks still, it is found by them again.
      if (applied?.has(id) === false) memory.lint.parents.delete(id);
      else memory.lint.parents.set(id, { ...known, place });
    }
  } catch (error) {
    // What it applies is not known then, and its marks say when it did last.
    asFailure(error);
  }
}

/** Names the Kustomization that is a parent; undefined where its kind is not served, or its namespace is not known. */
function refOfParent({ deps }: ReconcileContext, parent: Parent | undefined): ObjectRef | undefined {
  const version = deps.cache.context().served.get(KUSTOMIZATION);
  if (version === undefined || parent === undefined || parent.namespace === '') return undefined;
  const { namespace, name } = parent;
  return { apiVersion: `${GROUP}/${version}`, kind: 'Kustomization', namespace, name };
}

const GROUP = 'kustomize.toolkit.fluxcd.io';
const KUSTOMIZATION = `${GROUP}/Kustomization`;

/** The ids of what a Kustomization applied last; undefined where it does not say. */
function readInventory(live: object): ReadonlySet<string> | undefined {
  const entries = valueAt(live, ['status', 'inventory', 'entries']);
  if (!Array.isArray(entries)) return undefined;
  return new Set(entries.flatMap((entry) => (isObject(entry) ? (textAt(entry, ['id']) ?? []) : [])));
}

function describePlace(live: object): string {
  const path = textAt(live, ['spec', 'path']) ?? './';
  const source = textAt(live, ['spec', 'sourceRef', 'name']) ?? '';
  const kind = textAt(live, ['spec', 'sourceRef', 'kind']) ?? 'source';
  return ` (path ${clip(path, MAX_PLACE)} of ${clip(`${kind} ${source}`, MAX_PLACE)})`;
}
