import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { DEPLOYMENT, type Json, type KubeObject, type ObjectMeta, OUTLINE } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import { kustomization } from '../kinds/kustomization.ts';
import { isObject, own, sortKeys, textAt } from '../values/json.ts';
import { memoize } from '../values/memoize.ts';
import { plainWay } from '../values/plain-way.ts';
import { clusterOf } from './cluster.ts';
import { releaseKey, releaseOf } from './release.ts';

/**
 * What a HelmRelease or a Kustomization deploys, and where to, as digests of a bounded length: two objects with one
 * `key` write over each other.
 */
export interface Deployment {
  /** Of a HelmRelease its release. Of a Kustomization the cluster, the source, the path, and what changes names. */
  key: string;
  /**
   * Of a Kustomization its variables, which the names of what it deploys may be made of: where two differ in them, only
   * the manifests tell whether both deploy the same. Empty for a HelmRelease.
   */
  variables: string;
}

/**
 * What an object deploys, also where only a part of it is held that {@link keepDeployment} made; undefined for objects
 * of other kinds. It is found once for each object.
 */
export const deploymentOf: (object: KubeObject) => Deployment | undefined = memoize((object) => {
  const { spec, metadata } = object;
  if (object[DEPLOYMENT] !== undefined || object[OUTLINE] !== undefined) return object[DEPLOYMENT];
  if (!isObject(spec)) return undefined;
  if (isOfKind(object, helmRelease)) {
    const { name, namespace = '' } = metadata;
    return { key: digest(['HelmRelease', releaseKey(releaseOf(spec, { name, namespace }))]), variables: '' };
  }
  return isOfKind(object, kustomization) ? deploymentOfPath(spec, metadata) : undefined;
});

/** Adds to a part of an object what the whole deploys. */
export function keepDeployment(part: KubeObject, whole: KubeObject): KubeObject {
  const deployment = deploymentOf(whole);
  return deployment === undefined ? part : { ...part, [DEPLOYMENT]: deployment };
}

/** The fields of a Kustomization by which the names or namespaces of all that it deploys are others. */
const NAMING = ['targetNamespace', 'namePrefix', 'nameSuffix', 'components'];

/**
 * Flux applies one object twice where two Kustomizations build it under one name, whatever else their patches, images
 * and options make of it.
 */
function deploymentOfPath(spec: JsonObject, { namespace = '' }: ObjectMeta): Deployment {
  const source = ['kind', 'namespace', 'name'].map((field) => textAt(spec, ['sourceRef', field]) ?? '');
  if (source[1] === '') source[1] = namespace;
  return { key: digestPath(spec, namespace, source), variables: digest(own(spec, 'postBuild') ?? null) };
}

/**
 * A digest of the path that a Kustomization deploys and of what changes the names in it, from a source.
 *
 * @param namespace the namespace of the Kustomization
 * @param source whatever identifies the source
 */
export function digestPath(spec: JsonObject, namespace: string, source: Json): string {
  const naming = NAMING.map((field) => own(spec, field) ?? null);
  const path = plainWay(textAt(spec, ['path']) ?? '');
  const place = [clusterOf(spec, namespace), source, path, ...naming, findNamingPatches(spec)];
  return digest(['Kustomization', place]);
}

/**
 * The patches that may change the name or namespace of an object, or leave it out: JSON patches of the metadata, which
 * kustomize obeys in a name too, and patches with a directive. Of other patches kustomize keeps the name.
 */
function findNamingPatches(spec: JsonObject): Json[] {
  const patches = own(spec, 'patches');
  if (!Array.isArray(patches)) return [];
  return patches.filter((patch) => {
    const text = textAt(patch, ['patch']) ?? '';
    return ['/metadata', '$patch'].some((sign) => text.includes(sign));
  });
}

/** The characters of a digest: 128 bits, so that no two are the same by chance. */
const LENGTH = 32;

/** A digest of a value, whatever the order of its keys. */
export function digest(value: Json): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(sortKeys(value))))).slice(0, LENGTH);
}
