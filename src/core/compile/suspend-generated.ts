import { schemaOf } from '../kinds/index.ts';
import { type Item, recordDerived } from './model/item.ts';

/** Sets Flux's `suspend` on every item whose kind has that field. */
export function suspendGenerated(items: readonly Item[]): void {
  for (const item of items) {
    if (schemaOf(item.kind)?.properties?.['suspend'] === undefined) continue;
    item.spec['suspend'] = true;
    recordDerived(item, { at: ['suspend'], path: 'spec.suspend' });
  }
}
