import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Environment, Spec } from '../../../api/schema/spec.ts';
import type { Problems } from '../../validation/problem.ts';
import { clone, isObject, objectIn, own } from '../../values/json.ts';
import { bridgeOmitted } from './bridge-omitted.ts';
import { Override } from './override.ts';
import { SourceMap } from './source-map.ts';

/** Copies a spec as far as an environment changes it in place. Its lists are merged into new ones. */
function copyChanged(base: JsonObject): JsonObject {
  const spec: JsonObject = { ...base, environments: undefined, sources: undefined, layers: undefined };
  for (const field of ['defaults', 'variables']) spec[field] = clone(spec[field]);
  const { secrets } = spec;
  if (isObject(secrets)) spec['secrets'] = { ...secrets, sops: clone(secrets['sops']) };
  return spec;
}

/**
 * Merges an environment, which was written at `path`, over the blueprint's spec. Items that it does not change are not
 * copied. The result is not checked yet; `sourceMap` translates its paths into those of the blueprint.
 */
export function mergeEnvironment(
  base: Spec,
  environment: Environment,
  path: string,
  problems: Problems,
): { spec: JsonObject; sourceMap: SourceMap } {
  const sourceMap = new SourceMap();
  const lists = base as unknown as JsonObject;
  const spec = copyChanged(base as unknown as JsonObject);
  const override = new Override(sourceMap, problems, objectIn(spec, 'defaults'));
  for (const field of ['variables', 'defaults', 'secrets', 'serviceAccountName'] as const) {
    const value = environment[field] as Json | undefined;
    const place = { at: `spec.${field}`, path: `${path}.${field}` };
    if (value !== undefined) override.mergeField(spec, field, value, place);
  }
  for (const field of ['kubeConfig', 'suspend'] as const) {
    const value = environment[field] as Json | undefined;
    if (value === undefined) continue;
    for (const at of addToDefaults(spec, field, value)) sourceMap.record(at, `${path}.${field}`);
  }
  for (const what of ['sources', 'layers'] as const) {
    spec[what] = override.mergeList({
      what,
      base: own(lists, what),
      overrides: environment[what] ?? [],
      at: `spec.${what}`,
      path: `${path}.${what}`,
      layer: '',
    });
  }
  bridgeOmitted(spec, override.omitted, sourceMap);
  return { spec, sourceMap };
}

/**
 * Adds a field that holds for every object of the environment to the defaults of components, so that an object can
 * still override it. Returns the paths in the merged spec.
 */
function addToDefaults(spec: JsonObject, field: string, value: Json): string[] {
  const defaults = objectIn(spec, 'defaults');
  return ['kustomization', 'helmRelease'].map((block) => {
    // `suspend: false` is the same as nothing: Flux's `suspend` is written only to suspend an object.
    if (value === false) Reflect.deleteProperty(objectIn(defaults, block), field);
    else objectIn(defaults, block)[field] = clone(value);
    return `spec.defaults.${block}.${field}`;
  });
}
