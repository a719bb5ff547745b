/**
 * From any object in the cluster back to what made it: owner references, the labels and annotations of Flux's
 * controllers and of ours lead on from object to object ({@link linkOf}), each step is described with what is wrong in
 * it (`step.ts`), and all of them are shown as a tree (`trace-tree.ts`). It is pure; the command reads the objects.
 * Labels can be written by anybody, so that inventories say whether they are true. Begin here.
 */
import { API_VERSION, KIND, Label, MANAGED_BY } from '../../api/names.ts';
import type { KubeObject, ObjectRef } from '../../api/object.ts';

/** What led from an object to the next one. */
export type Via = 'owner' | 'blueprint' | 'helm' | 'release' | 'kustomize';

/** The next object on the way. */
export interface Link {
  via: Via;
  /** Where `via` is `release`, the name is that of the release, and the HelmRelease is to be looked for. */
  ref: ObjectRef;
}

const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' } as const;
const HELM_RELEASE = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease' } as const;

/** The label or annotation by which each of them says its name; that of its namespace stands beside it. */
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io';
const HELM = 'helm.toolkit.fluxcd.io';
const RELEASE = 'meta.helm.sh/release';

/** What made an object; undefined where it does not say so. An owner comes first: what owns it is closer to it. */
export function linkOf(object: KubeObject): Link | undefined {
  return ownerOf(object) ?? blueprintOf(object) ?? deployerOf(object);
}

function ownerOf({ metadata }: KubeObject): Link | undefined {
  const owners = listOf(metadata.ownerReferences);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  if (owner === undefined || !isText(owner.apiVersion) || !isText(owner.kind) || !isText(owner.name))
    return undefined;
  const { apiVersion, kind, name } = owner;
  return { via: 'owner', ref: withNamespace({ apiVersion, kind, name }, metadata.namespace) };
}

/** Whoever made the object may have written anything where a list should be. */
function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? (list as readonly T[]) : [];
}

function blueprintOf(object: KubeObject): Link | undefined {
  if (textIn(object, 'labels', Label.ManagedBy) !== MANAGED_BY) return undefined;
  const [name, namespace] = [textIn(object, 'labels', Label.Name), textIn(object, 'labels', Label.Namespace)];
  if (name === undefined || namespace === undefined) return undefined;
  return { via: 'blueprint', ref: { apiVersion: API_VERSION, kind: KIND, namespace, name } };
}

function deployerOf(object: KubeObject): Link | undefined {
  const helm = namedBy(object, HELM);
  if (helm !== undefined) return { via: 'helm', ref: { ...HELM_RELEASE, ...helm } };
  const kustomize = namedBy(object, KUSTOMIZE);
  if (kustomize !== undefined) return { via: 'kustomize', ref: { ...KUSTOMIZATION, ...kustomize } };
  const release = textIn(object, 'annotations', `${RELEASE}-name`);
  if (release === undefined) return undefined;
  const namespace = textIn(object, 'annotations', `${RELEASE}-namespace`) ?? object.metadata.namespace ?? '';
  return { via: 'release', ref: { ...HELM_RELEASE, namespace, name: release } };
}

function namedBy(object: KubeObject, prefix: string): { name: string; namespace: string } | undefined {
  const [name, namespace] = [
    textIn(object, 'labels', `${prefix}/name`),
    textIn(object, 'labels', `${prefix}/namespace`),
  ];
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

/** A label or annotation; undefined where there is none, or an empty one. */
function textIn({ metadata }: KubeObject, field: 'labels' | 'annotations', key: string): string | undefined {
  const values = metadata[field];
  const value = values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
  return isText(value) ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function withNamespace(ref: ObjectRef, namespace: string | undefined): ObjectRef {
  return namespace === undefined ? ref : { ...ref, namespace };
}

/** The kind of HelmReleases, to look for the one of a release. */
export const RELEASES = HELM_RELEASE;
