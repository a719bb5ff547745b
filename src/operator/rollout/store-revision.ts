import {
  API_VERSION,
  AUTHOR,
  DIGEST_ANNOTATION,
  FIELD_MANAGER,
  IN_FORCE,
  KIND,
  REVISION,
  REVISION_KIND,
} from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { type StoredRevision, hasDigest, revisionName } from '../../core/rollout/revision.ts';
import { ClusterError, isReason } from '../../ports/cluster.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { refOfRevision } from './load-revision.ts';
import type { Rollout } from './roll-out.ts';

/**
 * Stores the wanted revision, where it is not stored yet. Most of what fails here fails nothing else: a blueprint
 * without gates needs no revision but to go back.
 *
 * @throws ClusterError where it cannot be stored, or another object has its name
 */
export async function storeRevision(
  context: ReconcileContext,
  { report, revisions }: Rollout,
): Promise<void> {
  const { wanted } = report;
  if (revisions.find(wanted.digest) !== undefined) return;
  const { cluster, cache } = context.deps;
  const options = { fieldManager: FIELD_MANAGER, signal: context.signal };
  const object = toObject(context, wanted, whereInForce(report, wanted.digest));
  try {
    cache.assume(await cluster.create(object, options));
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
    await takeUp(context, wanted);
  }
}

function toObject(
  { blueprint, key }: ReconcileContext,
  { revision, digest }: StoredRevision,
  inForce: string | undefined,
): KubeObject {
  const { name, uid = '' } = blueprint.metadata;
  const author = authorOf(blueprint);
  return {
    apiVersion: API_VERSION,
    kind: REVISION_KIND,
    metadata: {
      name: revisionName(name, digest),
      namespace: key.namespace,
      labels: { [REVISION]: String(revision) },
      annotations: {
        [DIGEST_ANNOTATION]: digest,
        ...(inForce === undefined ? {} : { [IN_FORCE]: inForce }),
        ...(author === undefined ? {} : { [AUTHOR]: author }),
      },
      ownerReferences: [{ apiVersion: API_VERSION, kind: KIND, name, uid, controller: true }],
    },
    spec: { blueprint: name, revision, digest, snapshot: blueprint.spec },
  };
}

/**
 * Takes up a revision that the local copy does not show. One of a blueprint of this name that is gone is deleted: its
 * collector may be slow. Any other object stays, and is told of.
 */
async function takeUp(context: ReconcileContext, { digest }: StoredRevision): Promise<void> {
  const { deps, signal, key, blueprint } = context;
  const name = revisionName(key.name, digest);
  const ref = refOfRevision(context, name);
  const found = await deps.cluster.get(ref, { signal });
  if (found === undefined)
    throw new ClusterError('Conflict', `FluxBlueprintRevision ${name} is being replaced`);
  const { metadata, spec } = found as unknown as Revision;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner?.uid === blueprint.metadata.uid && hasDigest(spec.snapshot, digest)) {
    deps.cache.assume(found);
    return;
  }
  const former = owner?.kind === KIND && owner.name === key.name && owner.uid !== blueprint.metadata.uid;
  if (!former)
    throw new ClusterError(
      'Conflict',
      `FluxBlueprintRevision ${name} is not of this blueprint: delete it, so that the operator can store its own`,
    );
  await deps.cluster.delete(ref, { uid: metadata.uid, signal });
  throw new ClusterError(
    'Conflict',
    `FluxBlueprintRevision ${name} of a blueprint that is gone is being replaced`,
  );
}

/** The user who wrote the spec of a blueprint; undefined where nobody says. */
export function authorOf({ metadata }: Pick<ReconcileContext['blueprint'], 'metadata'>): string | undefined {
  return metadata.annotations?.[AUTHOR];
}

/** Where a revision is in force, for its annotation; undefined where nowhere. */
export function whereInForce({ stages }: Rollout['report'], digest: string): string | undefined {
  const there = stages.filter(({ inForce }) => inForce?.digest === digest);
  if (there.length === 0) return undefined;
  return there.map(({ environment }) => environment ?? 'yes').join(', ');
}
