import type { Steps } from '../../values/path.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type Item, displayTitle, originIn } from '../model/item.ts';
import { isObject, own } from '../../values/json.ts';
import type { Problems } from '../../validation/problem.ts';

/**
 * Fields with a reference, or a list of references, that Flux's controllers refuse across namespaces under
 * `--no-cross-namespace-refs`. `dependsOn` is none of them, because Flux only reads conditions there.
 */
const REFERENCES: ReadonlySet<string> = new Set([
  'sourceRef',
  'chartRef',
  'imageRepositoryRef',
  'eventSources',
  'resources',
]);

/** Fields whose content belongs to a chart or to the user, where such field names mean something else. */
const OPAQUE: ReadonlySet<string> = new Set(['values', 'patches', 'postRenderers', 'substitute']);

/** Refuses the references of an item to other namespaces. */
export function refuseCrossReferences(item: Item, problems: Problems): void {
  for (const { steps, reference } of findReferences(item.spec, [])) {
    const namespace = own(reference, 'namespace');
    if (typeof namespace !== 'string' || namespace === item.namespace) continue;
    problems.add(
      'cross-namespace',
      originIn(item, [...steps, 'namespace']),
      `${displayTitle(item)} in namespace ${item.namespace} refers to ${describe(reference, namespace)}: the operator runs with --no-cross-namespace-refs, so name one of the same namespace`,
    );
  }
}

function describe(reference: JsonObject, namespace: string): string {
  const [kind, name] = [own(reference, 'kind'), own(reference, 'name')];
  const what = typeof kind === 'string' ? `${kind} ` : '';
  return `${what}${namespace}/${typeof name === 'string' ? name : '*'}`;
}

/** Finds the references in an object of the spec; `steps` lead to it. */
function* findReferences(
  value: JsonObject,
  steps: Steps,
): IterableIterator<{ steps: Steps; reference: JsonObject }> {
  for (const [field, below] of Object.entries(value)) {
    if (OPAQUE.has(field)) continue;
    const at = [...steps, field];
    if (REFERENCES.has(field)) yield* referencesIn(below, at);
    else if (isObject(below)) yield* findReferences(below, at);
  }
}

function* referencesIn(
  value: unknown,
  steps: Steps,
): IterableIterator<{ steps: Steps; reference: JsonObject }> {
  if (isObject(value)) yield { steps, reference: value };
  if (!Array.isArray(value)) return;
  for (const [i, item] of value.entries())
    if (isObject(item)) yield { steps: [...steps, i], reference: item };
}
