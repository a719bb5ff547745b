import { objectId, type ObjectMeta, type ObjectRef } from '../../api/object.ts';
import { outlineMetadata } from '../../core/objects/outline.ts';
import { type Collection, asFailure } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/** The fewest objects of a collection for which it is listed instead of reading each of them. */
const WORTH_LISTING = 5;

/** The most objects that are listed for each one needed: a read costs the API server as much as 40 listed objects. */
const LISTED_PER_OBJECT = 10;

/** The most objects of one list; each is about a kilobyte. */
const MAX_LISTED = 2_000;

/** The most field managers that are kept of an object. */
const MOST_MANAGERS = 100;

/** The metadata of an object; undefined where the lists do not tell. */
export type ListedObjects = (ref: ObjectRef) => ObjectMeta | 'absent' | undefined;

/**
 * Reads many objects at once: one list for each kind and namespace with several of them, instead of one read for each.
 * A collection that the account may not list, or that holds far more than is needed, stays unknown.
 */
export async function listExisting(
  context: ReconcileContext,
  refs: readonly ObjectRef[],
): Promise<ListedObjects> {
  const collections = groupByCollection(refs).filter(({ wanted }) => wanted.length >= WORTH_LISTING);
  const found = new Map<string, ObjectMeta | 'absent'>();
  await Promise.all(collections.map((group) => listCollection(context, group, found)));
  return (ref) => found.get(objectId(ref));
}

/** What tells whose an object is. */
function keepOwners(metadata: ObjectMeta): ObjectMeta {
  const managers = (metadata.managedFields ?? []).slice(0, MOST_MANAGERS);
  return {
    ...outlineMetadata(metadata),
    managedFields: managers.map(({ manager = '' }) => ({ manager: manager.slice(0, 128) })),
  };
}

interface Group {
  collection: Collection;
  wanted: ObjectRef[];
}

function groupByCollection(refs: readonly ObjectRef[]): Group[] {
  const groups = new Map<string, Group>();
  for (const ref of refs) {
    const { apiVersion, kind, namespace } = ref;
    if (namespace === undefined) continue;
    const key = `${apiVersion} ${kind} ${namespace}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { collection: { apiVersion, kind, namespace }, wanted: [ref] });
    else group.wanted.push(ref);
  }
  return [...groups.values()];
}

async function listCollection(
  context: ReconcileContext,
  { collection, wanted }: Group,
  found: Map<string, ObjectMeta | 'absent'>,
): Promise<void> {
  const limit = Math.min(MAX_LISTED, wanted.length * LISTED_PER_OBJECT);
  try {
    const options = { as: context.as, signal: context.signal, limit, keep: keepOwners };
    const { objects, complete } = await context.deps.cluster.listMetadata(collection, options);
    const byName = new Map(objects.map(({ metadata }) => [metadata.name, metadata]));
    for (const ref of wanted) {
      const metadata = byName.get(ref.name) ?? (complete ? 'absent' : undefined);
      if (metadata !== undefined) found.set(objectId(ref), metadata);
    }
  } catch (error) {
    // An account may be allowed to read and not to list; reading each object brings up anything else.
    asFailure(error);
  }
}
