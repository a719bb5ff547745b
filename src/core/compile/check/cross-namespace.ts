import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { findReferences } from '../../kinds/references.ts';
import { type Item, displayTitle, originIn } from '../model/item.ts';
import { own } from '../../values/json.ts';
import type { Problems } from '../../validation/problem.ts';

/** Refuses the references of an item to other namespaces. An empty namespace means its own, as to Flux. */
export function refuseCrossReferences(item: Item, problems: Problems): void {
  for (const { steps, reference } of findReferences(item.kind, item.spec)) {
    const namespace = own(reference, 'namespace');
    if (typeof namespace !== 'string' || namespace === '' || namespace === item.namespace) continue;
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
