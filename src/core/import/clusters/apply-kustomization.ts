import type { Json, KubeObject } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject, own, textAt } from '../../values/json.ts';
import { readDocuments } from '../../yaml/documents/read-documents.ts';
import { MarkBudget, TooManyMarks } from '../../yaml/tokens/fault.ts';
import { toYaml, toYamlDocuments } from '../../yaml/write-yaml.ts';
import { type SourceObject, describeObject } from '../read/source-object.ts';
import { type Collector, identify, inNamespace } from './collect.ts';
import { fillIn } from './substitute.ts';

/** What a Kustomization of Flux makes of the objects in its path. */
export interface Applied {
  objects: SourceObject[];
  /** The fields by which it changes them and that could not be followed. */
  unapplied: string[];
}

/** Fields that may change objects and that nobody follows here. */
const NOT_FOLLOWED = ['namePrefix', 'nameSuffix', 'components'] as const;

/** The most marks (keys, values, brackets, commas) that a patch may have. */
const MAX_MARKS = 100_000;

/**
 * Applies to the objects of a path what their Kustomization does: patches, a namespace, variables and metadata. Where
 * none of them is wanted, nothing is patched.
 */
export function applyKustomization(
  by: SourceObject,
  objects: readonly SourceObject[],
  collector: Collector,
  isWanted: (object: SourceObject) => boolean,
): Applied {
  const unapplied: string[] = NOT_FOLLOWED.filter((field) => own(by.spec, field) !== undefined);
  // What is not wanted need not be built.
  const patched = objects.some(isWanted) ? applyPatches(by, objects, collector) : objects;
  if (patched === undefined) unapplied.push('patches');
  const target = textAt(by.spec, ['targetNamespace']);
  return {
    objects: (patched ?? objects)
      .map((object) => inNamespace(object, target))
      .map((object) => addMetadata(fillIn(object, by), own(by.spec, 'commonMetadata'))),
    unapplied,
  };
}

/** The objects as kustomize patches them; undefined where it cannot, or was not asked yet. */
function applyPatches(
  by: SourceObject,
  objects: readonly SourceObject[],
  collector: Collector,
): readonly SourceObject[] | undefined {
  const list = own(by.spec, 'patches');
  const patches = (Array.isArray(list) ? list : []).filter((patch) => concerns(patch, objects));
  if (patches.length === 0 || objects.length === 0) return objects;
  const unique = [...new Map(objects.map((object) => [identify(object), object])).values()];
  const request = {
    patches: toYaml({ resources: ['objects.yaml'], patches }),
    objects: toYamlDocuments(unique.map(toManifest)),
    keys: unique.map(identify),
  };
  return collector.patch(`patches of ${by.file}:${by.line} ${describeObject(by)}`, request, unique);
}

/**
 * Whether a patch may be about one of the objects. One without a target that names an object that is not there is an
 * error.
 */
function concerns(patch: Json, objects: readonly SourceObject[]): boolean {
  if (!isObject(patch)) return false;
  const target = own(patch, 'target');
  if (target !== undefined) {
    const kind = textAt(target, ['kind']) ?? '';
    return !/^\w+$/.test(kind) || objects.some((object) => object.kind === kind);
  }
  const value = parse(textAt(patch, ['patch']) ?? '');
  const [kind, name] = [textAt(value, ['kind']), textAt(value, ['metadata', 'name'])];
  return objects.some((object) => object.kind === kind && object.name === name);
}

function parse(text: string): unknown {
  try {
    for (const document of readDocuments(text, new MarkBudget(MAX_MARKS)))
      return document.ok ? document.value : undefined;
  } catch (error) {
    if (!(error instanceof TooManyMarks)) throw error;
  }
  return undefined;
}

function toManifest({
  apiVersion,
  kind,
  namespace,
  name,
  labels,
  annotations,
  spec,
}: SourceObject): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }),
    },
    ...(Object.keys(spec).length === 0 ? {} : { spec }),
  };
}

/** Sets the metadata that a Kustomization sets on all that it deploys. */
function addMetadata(object: SourceObject, common: Json | undefined): SourceObject {
  if (!isObject(common)) return object;
  return {
    ...object,
    labels: { ...object.labels, ...textsIn(common, 'labels') },
    annotations: { ...object.annotations, ...textsIn(common, 'annotations') },
  };
}

function textsIn(common: JsonObject, field: string): Record<string, string> {
  const map = own(common, field);
  if (!isObject(map)) return {};
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
