import { API_VERSION, REVISION_KIND } from '../../api/names.ts';
import type { ObjectRef } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { asRevision } from '../../core/rollout/snapshot.ts';
import { type StoredRevision, hasDigest, revisionName } from '../../core/rollout/revision.ts';
import { asFailure } from '../../ports/cluster.ts';
import { compileVersion } from '../compile/compile-blueprint.ts';
import { type Phase, proceed } from '../context/ending.ts';
import type { DeletionContext, ReconcileContext } from '../context/reconcile-context.ts';

/** What a stored revision compiles to, or why it cannot be used, in words. */
export type LoadedRevision = { state: DesiredState } | { why: string };

/** The reference of the object that stores a revision of a blueprint. */
export function refOfRevision({ key }: Pick<DeletionContext, 'key'>, name: string): ObjectRef {
  return { apiVersion: API_VERSION, kind: REVISION_KIND, namespace: key.namespace, name };
}

/**
 * Reads a stored revision and compiles it. One that is gone, that is another blueprint's, that does not have the digest
 * that the status names or that no longer compiles is never used.
 */
export async function loadRevision(
  context: ReconcileContext,
  revision: StoredRevision,
  compiling: { suspended: boolean; ageRecipient: string | undefined },
): Promise<Phase<LoadedRevision>> {
  const { memory, blueprint, key } = context;
  const { compiled, apart } = memory.revisions.of(revision.digest);
  const snapshot = await readSnapshot(context, revision);
  if ('why' in snapshot) return proceed(snapshot);
  const version = asRevision(blueprint, snapshot.spec, revision);
  const read = async (): Promise<Blueprint | undefined> => {
    const again = await readSnapshot(context, revision);
    return 'why' in again ? undefined : asRevision(blueprint, again.spec, revision);
  };
  const result = compileVersion(context, { blueprint: version, compiled, apart, read }, compiling);
  if (!result.ok) return result;
  if (result.value.ok) return proceed({ state: result.value.desired });
  const name = revisionName(key.name, revision.digest);
  const [problem] = result.value.problems;
  return proceed({
    why: `the spec in FluxBlueprintRevision ${name} compiles no more: ${problem?.path ?? ''} ${problem?.message ?? ''}`,
  });
}

/** A spec that was stored, or why it cannot be used. */
type Snapshot = { spec: Blueprint['spec'] } | { why: string };

async function readSnapshot(context: ReconcileContext, { digest }: StoredRevision): Promise<Snapshot> {
  const { deps, signal, key, memory, blueprint } = context;
  const name = revisionName(key.name, digest);
  const what = `FluxBlueprintRevision ${name}`;
  const outline = deps.cache
    .revisions(key.namespace, blueprint.metadata.uid)
    ?.find((stored) => stored.name === name);
  // What somebody names in a status costs no request.
  if (outline === undefined) return { why: `${what} is missing, or another blueprint's` };
  const { snapshots } = memory.revisions;
  const known = snapshots.get(digest);
  if (known !== undefined && known.uid === outline.uid) return known;
  try {
    const found = (await deps.cluster.get(refOfRevision(context, name), { signal })) as unknown as
      Revision | undefined;
    if (found === undefined) return { why: `${what} is missing` };
    const { snapshot } = found.spec;
    if (!hasDigest(snapshot, digest))
      return { why: `${what} does not have the digest that the status names` };
    const read = { spec: snapshot as unknown as Blueprint['spec'], uid: outline.uid };
    snapshots.set(digest, read);
    return read;
  } catch (error) {
    return { why: `${what} cannot be read: ${asFailure(error).message}` };
  }
}
