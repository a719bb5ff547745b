import type { Json } from '../../../../api/object.ts';
import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { checkNamespaceName, checkObjectName } from '../../../grammar/names.ts';
import { isObject, own } from '../../../values/json.ts';
import type { Steps } from '../../../values/path.ts';
import type { Found } from './found.ts';

/** Fields that hold a reference or a list of them, beside those that end in `Ref`. */
const LISTS: ReadonlySet<string> = new Set([
  'dependsOn',
  'eventSources',
  'resources',
  'substituteFrom',
  'valuesFrom',
]);

/** Fields that hold what is no reference of Flux: values of charts, patches, and what is deployed. */
const OTHERS: ReadonlySet<string> = new Set([
  'values',
  'patches',
  'postRenderers',
  'healthChecks',
  'matchLabels',
]);

/**
 * Finds references to objects and namespaces that cannot exist, because no object can have such a name. Flux waits for
 * them for ever. `*` stands for any object, and has rules of its own.
 */
export function* checkReferences(spec: JsonObject): Generator<Found> {
  yield* search(spec, []);
}

function* search(value: Json | undefined, steps: Steps): Generator<Found> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* search(item, [...steps, i]);
    return;
  }
  if (!isObject(value)) return;
  for (const [field, below] of Object.entries(value)) {
    if (OTHERS.has(field)) continue;
    const at = [...steps, field];
    yield* checkField(field, below, at);
    yield* search(below, at);
  }
}

function* checkField(field: string, value: Json | undefined, at: Steps): Generator<Found> {
  if (field === 'serviceAccountName') yield* checkName(value, at);
  else if (field.endsWith('Ref')) yield* checkReference(value, at);
  else if (LISTS.has(field) && Array.isArray(value))
    for (const [i, item] of value.entries()) yield* checkReference(item, [...at, i]);
}

function* checkReference(value: Json | undefined, steps: Steps): Generator<Found> {
  if (!isObject(value)) return;
  yield* checkName(own(value, 'name'), [...steps, 'name']);
  const namespace = own(value, 'namespace');
  if (typeof namespace !== 'string' || namespace === '' || namespace === '*') return;
  const message = checkNamespaceName(namespace);
  if (message !== undefined) yield { rule: 'pattern', steps: [...steps, 'namespace'], message };
}

function* checkName(value: Json | undefined, steps: Steps): Generator<Found> {
  if (typeof value !== 'string' || value === '' || value === '*') return;
  const message = checkObjectName(value);
  if (message !== undefined) yield { rule: 'pattern', steps, message };
}
