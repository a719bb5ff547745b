import type { Json } from '../../../api/object.ts';
import { splitApiVersion } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { FLUX_SCHEMAS } from '../../kinds/flux-schemas.generated.ts';
import { emptyObject, isObject, own } from '../../values/json.ts';
import { toYaml } from '../../yaml/write-yaml.ts';
import { type SourceObject, describeObject } from './source-object.ts';

/** The kinds of External Secrets that are served as v1 only. */
const SECRETS_V1: ReadonlySet<string> = new Set([
  'ExternalSecret',
  'ClusterExternalSecret',
  'SecretStore',
  'ClusterSecretStore',
]);

/** The version in which a kind is served; undefined where that is not known. */
function servedVersion({ group, kind }: SourceObject): string | undefined {
  if (group === 'external-secrets.io') return SECRETS_V1.has(kind) ? 'v1' : undefined;
  return FLUX_SCHEMAS[`${group}/${kind}`]?.version;
}

/**
 * An object in the version of its API that is served, with the fields that were renamed on the way, and what is to be
 * known of it. Nulls that the API server would drop are left out.
 */
export function raiseVersion(read: SourceObject): { object: SourceObject; notes: string[] } {
  const object = { ...read, spec: dropNulls(read.spec) as JsonObject };
  const { group, version } = splitApiVersion(object.apiVersion);
  const served = servedVersion(object);
  if (served === undefined || served === version) return { object, notes: [] };
  object.apiVersion = `${group}/${served}`;
  const moved = CONVERSIONS[object.kind]?.(object.spec) ?? [];
  const what = describeObject(object);
  return {
    object,
    notes: [
      `${what} is written as ${group}/${version}, which is no longer served: taken as ${served}`,
      ...moved.map((message) => `${what}: ${message}`),
    ],
  };
}

/** Drops null fields, as API servers do, but in the values of charts, where they mean something. */
function dropNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (!isObject(value)) return value;
  const kept = emptyObject();
  for (const [key, field] of Object.entries(value)) {
    if (field === null || field === undefined) continue;
    kept[key] = key === 'values' ? field : dropNulls(field);
  }
  return kept;
}

/** Changes a spec in place to the fields that are served, and says what it changed. */
type Conversion = (spec: JsonObject) => string[];

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  GitRepository: (spec) => drop(spec, ['gitImplementation', 'accessFrom']),
  HelmRepository: (spec) => drop(spec, ['accessFrom']),
  Bucket: (spec) => drop(spec, ['accessFrom']),
  Kustomization: (spec) => [...drop(spec, ['validation']), ...patchesIn(spec)],
  HelmRelease: (spec) => [...valuesFileIn(spec), ...postRenderersIn(spec)],
};

function drop(spec: JsonObject, fields: readonly string[]): string[] {
  return fields
    .filter((field) => Reflect.has(spec, field) && Reflect.deleteProperty(spec, field))
    .map((field) => `\`${field}\` means nothing any more, and is left out`);
}

/** `valuesFile` became the list `valuesFiles`. */
function valuesFileIn(spec: JsonObject): string[] {
  const chart = own(spec, 'chart');
  const inner = isObject(chart) ? own(chart, 'spec') : undefined;
  if (!isObject(inner)) return [];
  const file = own(inner, 'valuesFile');
  if (typeof file !== 'string') return [];
  Reflect.deleteProperty(inner, 'valuesFile');
  const files = own(inner, 'valuesFiles');
  inner['valuesFiles'] = [file, ...(Array.isArray(files) ? files : [])];
  return ['`valuesFile` is now `valuesFiles`'];
}

function postRenderersIn(spec: JsonObject): string[] {
  const renderers = own(spec, 'postRenderers');
  if (!Array.isArray(renderers)) return [];
  return renderers.flatMap((renderer) => {
    const inner = isObject(renderer) ? own(renderer, 'kustomize') : undefined;
    return isObject(inner) ? patchesIn(inner) : [];
  });
}

/** `patchesStrategicMerge` and `patchesJson6902` became `patches`, whose `patch` is a text. */
function patchesIn(spec: JsonObject): string[] {
  const [merges, operations, patches] = ['patchesStrategicMerge', 'patchesJson6902', 'patches'].map(
    (field) => {
      const list = own(spec, field);
      return Array.isArray(list) ? list : [];
    },
  );
  const old = [...(merges ?? []).map(patchOf), ...(operations ?? []).map(jsonPatchOf)];
  if (old.length === 0) return [];
  drop(spec, ['patchesStrategicMerge', 'patchesJson6902']);
  spec['patches'] = [...(patches ?? []), ...old];
  return ['`patchesStrategicMerge` and `patchesJson6902` are now `patches`'];
}

function patchOf(merge: Json): Json {
  return { patch: typeof merge === 'string' ? merge : toYaml(merge) };
}

function jsonPatchOf(entry: Json): Json {
  if (!isObject(entry)) return entry;
  const patch = own(entry, 'patch') ?? [];
  return { ...entry, patch: typeof patch === 'string' ? patch : toYaml(patch) };
}
