import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { Schema } from '../validation/check-schema.ts';
import { isObject, own } from '../values/json.ts';
import type { Steps } from '../values/path.ts';
import { fluxSchemaOf } from './flux-schema.ts';
import { FLUX_SCHEMAS } from './flux-schemas.generated.ts';
import type { FluxKind } from './kind.ts';

/** A reference to an object, at the steps that lead to it in a spec. */
export interface FoundReference {
  steps: Steps;
  reference: JsonObject;
}

/** Stands for every item of a list in the path of a reference. */
const EACH = '*';

/**
 * Fields that name objects of other namespaces and are no references to sources, so that Flux's controllers let them
 * be: of `dependsOn` they read conditions only, `healthChecks` are what the account deploys, and a `target` or
 * `matchLabels` selects what is patched or listened to.
 */
const NO_SOURCES: ReadonlySet<string> = new Set(['dependsOn', 'healthChecks', 'target', 'matchLabels']);

/**
 * Finds, in the spec of an object of Flux, every reference that can name another namespace. For a kind of which the
 * schema is known that is every field of the schema with a `namespace` beside a `name` or `kind`. For any other, such
 * as an ArtifactGenerator, it is every such object in the spec. Objects of other API groups refer to no source of Flux.
 */
export function findReferences(kind: FluxKind, spec: JsonObject): FoundReference[] {
  if (!refersToSources(kind.group)) return [];
  if (fluxSchemaOf(kind) === undefined) return [...searchValue(spec, [])];
  return referencePaths(`${kind.group}/${kind.kind}`).flatMap((path) => [...followPath(spec, path, [])]);
}

/**
 * Whether the controllers of an API group read sources: those of Flux do, flux-operator and External Secrets do not.
 */
function refersToSources(group: string): boolean {
  return group.endsWith('.toolkit.fluxcd.io') || group === 'source.extensions.fluxcd.io';
}

const PATHS = new Map<string, readonly (readonly string[])[]>();

/**
 * The paths of all references in the spec of a kind of `FLUX_SCHEMAS`, where `*` is every item of a list. None for
 * other kinds.
 *
 * @param key the kind as `group/Kind`
 */
export function referencePaths(key: string): readonly (readonly string[])[] {
  const known = PATHS.get(key);
  if (known !== undefined) return known;
  const schema = FLUX_SCHEMAS[key]?.spec;
  const paths = schema === undefined ? [] : [...searchSchema(schema, [])];
  PATHS.set(key, paths);
  return paths;
}

function* searchSchema(schema: Schema, path: readonly string[]): IterableIterator<readonly string[]> {
  const { properties = {}, items } = schema;
  if (properties['namespace']?.type === 'string' && isNamed(properties)) yield path;
  for (const [field, below] of Object.entries(properties)) {
    if (!NO_SOURCES.has(field)) yield* searchSchema(below, [...path, field]);
  }
  if (items !== undefined) yield* searchSchema(items, [...path, EACH]);
}

function isNamed(object: object): boolean {
  return Object.hasOwn(object, 'name') || Object.hasOwn(object, 'kind');
}

/** The objects at a path of {@link referencePaths}. */
function* followPath(
  value: unknown,
  path: readonly string[],
  steps: Steps,
): IterableIterator<FoundReference> {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (isObject(value)) yield { steps, reference: value };
  } else if (step !== EACH) {
    if (isObject(value)) yield* followPath(own(value, step), rest, [...steps, step]);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* followPath(item, rest, [...steps, i]);
  }
}

/** Every object in a value that has a namespace beside a name or a kind. */
function* searchValue(value: unknown, steps: Steps): IterableIterator<FoundReference> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* searchValue(item, [...steps, i]);
  } else if (isObject(value)) {
    if (typeof own(value, 'namespace') === 'string' && isNamed(value)) yield { steps, reference: value };
    for (const [field, below] of Object.entries(value)) {
      if (!NO_SOURCES.has(field)) yield* searchValue(below, [...steps, field]);
    }
  }
}
