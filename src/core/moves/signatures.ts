import type { Json, KubeObject, ObjectRef } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import { clusterOf } from '../releases/cluster.ts';
import { digest, digestPath } from '../releases/deployment.ts';
import { releaseKey, releaseOf } from '../releases/release.ts';
import { isObject, own, textAt, valueAt } from '../values/json.ts';

/** Reads the source that an object refers to, as it is on the object's side of a change; undefined where unknown. */
export type ReadSource = (ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>) => KubeObject | undefined;

/** What an object deploys, as text that is equal where two deploy the same. */
export interface Signatures {
  /** Equal where both deploy the same from the same source, or are the same Helm release. */
  same: string;
  /**
   * Equal where both deploy the same from sources that fetch the same, whatever they are called; of a HelmRelease,
   * where both deploy the same chart with the same values to the same place, so that only the name of the release
   * differs. Undefined where the source is not known.
   */
  alike: string | undefined;
}

/** The {@link Signatures} of a Kustomization or HelmRelease; undefined where it has no spec. */
export function signaturesOf(object: KubeObject, readSource: ReadSource): Signatures | undefined {
  const { spec, metadata } = object;
  if (!isObject(spec)) return undefined;
  const { name, namespace = '' } = metadata;
  if (!isOfKind(object, helmRelease)) {
    const ref = refAt(spec, ['sourceRef'], namespace);
    const content = ref && identifySource(readSource(ref));
    return {
      same: digestPath(spec, namespace, ref === undefined ? null : { ...ref }),
      alike: content === undefined ? undefined : digestPath(spec, namespace, content),
    };
  }
  return {
    same: digest(['HelmRelease', releaseKey(releaseOf(spec, { name, namespace }))]),
    alike: digestChart(spec, namespace, readSource),
  };
}

/** The fields of a HelmRelease by which what it deploys differs, beside its chart. */
const CONTENT = ['values', 'valuesFrom', 'postRenderers', 'commonMetadata'];

function digestChart(spec: JsonObject, namespace: string, readSource: ReadSource): string | undefined {
  const [ref, chart] =
    own(spec, 'chartRef') === undefined
      ? [refAt(spec, ['chart', 'spec', 'sourceRef'], namespace), textAt(spec, ['chart', 'spec', 'chart'])]
      : [refAt(spec, ['chartRef'], namespace), ''];
  const source = ref && identifySource(readSource(ref));
  if (source === undefined) return undefined;
  const target = targetOf(spec, namespace);
  const content = CONTENT.map((field) => own(spec, field) ?? null);
  return digest(['chart', clusterOf(spec, namespace), target, chart ?? null, source, content]);
}

/** The namespace that a HelmRelease deploys to, by Flux's default. */
export function targetOf(spec: JsonObject, namespace: string): string {
  return textAt(spec, ['targetNamespace']) ?? namespace;
}

function refAt(
  spec: JsonObject,
  steps: readonly string[],
  namespace: string,
): { kind: string; namespace: string; name: string } | undefined {
  const ref = valueAt(spec, steps);
  const [kind, name] = [textAt(ref, ['kind']), textAt(ref, ['name'])];
  if (kind === undefined || name === undefined) return undefined;
  return { kind, namespace: textAt(ref, ['namespace']) ?? namespace, name };
}

/** The fields that say what a source fetches. */
const FETCHED = [
  'url',
  'type',
  'endpoint',
  'bucketName',
  'prefix',
  'ref',
  'layerSelector',
  'ignore',
  'include',
];

function identifySource(source: KubeObject | undefined): Json | undefined {
  if (source === undefined) return undefined;
  const { kind, spec } = source;
  if (!isObject(spec)) return undefined;
  return [kind, ...FETCHED.map((field) => own(spec, field) ?? null)];
}
