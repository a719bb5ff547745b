import { type KubeObject, type ObjectMeta, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { WatchedDependency } from '../context/dependencies.ts';
import { type DeletionContext, mayUseOwnRights } from '../context/reconcile-context.ts';
import { isUnwatched } from '../memory/object-memory.ts';

/**
 * The live object of ours: from the cache or, where its kind is not watched, as it was last read. Undefined where there
 * is none, or only somebody else's.
 */
export function liveOf(context: DeletionContext, { id, ref }: DesiredObject): KubeObject | undefined {
  return isUnwatched(ref) ? context.memory.objects.seen(id)?.live : generatedObject(context, ref);
}

/** The cached object that this blueprint generated; undefined where there is none, or only somebody else's. */
export function generatedObject({ deps, key }: DeletionContext, ref: ObjectRef): KubeObject | undefined {
  return deps.cache.generated(key, ref);
}

/** A source: of ours, or of others where the blueprint may read it; undefined where it is not known. */
export function readSource(context: DeletionContext, ref: ObjectRef | undefined): KubeObject | undefined {
  if (ref === undefined) return undefined;
  const ours = generatedObject(context, ref);
  if (ours !== undefined || !mayRead(context, ref)) return ours;
  return context.deps.cache.see(asReader(context, ref))?.live;
}

/**
 * Whether a blueprint may read an object of others at all. One without an account is read for with the operator's own
 * rights, which reach further than those of its author, and so only in its own namespace and without what is kept for
 * admins. HelmCharts are read for everybody: they tell why a HelmRelease waits.
 */
export function mayRead(context: DeletionContext, ref: ObjectRef): boolean {
  const { as, admin, key } = context;
  const { namespace = key.namespace } = ref;
  if (as !== undefined || admin) return true;
  return isHelmChart(ref) ? namespace === key.namespace : mayUseOwnRights(context, { ...ref, namespace });
}

function isHelmChart({ apiVersion, kind }: ObjectRef): boolean {
  return kind === 'HelmChart' && splitApiVersion(apiVersion).group === 'source.toolkit.fluxcd.io';
}

/**
 * With whose rights a source is watched: in the blueprint's own namespace the operator's, because many accounts have no
 * right to read sources; elsewhere those of the account.
 */
export function asReader({ as, key }: DeletionContext, ref: ObjectRef): WatchedDependency {
  return { ref, as: ref.namespace === key.namespace ? undefined : as };
}

/**
 * An object's metadata, with everything that tells whose it is, read with the rights of the blueprint; undefined where
 * there is no object. The cache answers only for objects that the labels show to be ours: it keeps no field managers.
 */
export async function readOwned(context: DeletionContext, ref: ObjectRef): Promise<ObjectMeta | undefined> {
  const { deps, as, signal } = context;
  // An object that the cache lacks may only not have arrived yet.
  const cached = generatedObject(context, ref)?.metadata;
  return cached ?? (await deps.cluster.getMetadata(ref, { as, signal }))?.metadata;
}
