import { objectId, type ObjectMeta, type ObjectRef } from '../../api/object.ts';
import { ClusterError, type Collection } from '../../ports/cluster.ts';
import type { Pass } from '../context/reconcile-context.ts';

/** From how many objects of a collection on it is listed, instead of reading each of them. */
const WORTH_LISTING = 5;

/** The most objects that are listed for each that is looked for: a read costs the API server about 40 listed ones. */
const LISTED_PER_OBJECT = 10;

/** The most objects of one list; each is about a kilobyte. */
const MAX_LISTED = 2_000;

/** The metadata of an object; undefined where that is not known. */
export type Surveyed = (ref: ObjectRef) => ObjectMeta | 'absent' | undefined;

/**
 * Looks for many objects at once: one request for each kind and namespace of which there are several, instead of one
 * for each object. A collection that may not be listed, or holds far more than what is looked for, stays unknown.
 */
export async function surveyCollections(pass: Pass, refs: readonly ObjectRef[]): Promise<Surveyed> {
  const collections = groupByCollection(refs).filter(({ wanted }) => wanted.length >= WORTH_LISTING);
  const found = new Map<string, ObjectMeta | 'absent'>();
  await Promise.all(collections.map((group) => surveyCollection(pass, group, found)));
  return (ref) => found.get(objectId(ref));
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

async function surveyCollection(
  pass: Pass,
  { collection, wanted }: Group,
  found: Map<string, ObjectMeta | 'absent'>,
): Promise<void> {
  const limit = Math.min(MAX_LISTED, wanted.length * LISTED_PER_OBJECT);
  try {
    const options = { as: pass.as, signal: pass.signal, limit };
    const { objects, complete } = await pass.deps.cluster.listMetadata(collection, options);
    const byName = new Map(objects.map(({ metadata }) => [metadata.name, metadata]));
    for (const ref of wanted) {
      const metadata = byName.get(ref.name) ?? (complete ? 'absent' : undefined);
      if (metadata !== undefined) found.set(objectId(ref), metadata);
    }
  } catch (error) {
    // An account may be allowed to read and not to list; whoever reads each object hears of anything else.
    if (!(error instanceof ClusterError) || error.reason === 'Aborted') throw error;
  }
}
