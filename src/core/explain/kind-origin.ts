import type { ComponentItem, Item } from '../compile/model/item.ts';
import type { Cause } from './cause.ts';
import { isWritten, writtenAt } from './levels.ts';

/** What the kind of an item's object follows from. */
export function describeKind(blueprint: unknown, item: Item): Cause {
  const block = blockOf(item);
  const path = block === undefined ? item.locate(item.path) : item.locate(`${item.path}.${block}`);
  if (!isWritten(blueprint, path))
    return { by: 'compiler', path, why: `an item without a block is a ${item.kind.kind}` };
  return { ...writtenAt(blueprint, path), why: `stands for a ${item.kind.kind}` };
}

/** The field of an item that says which kind it is; undefined where the list that it stands in does. */
function blockOf(item: Item): string | undefined {
  const { block } = item.kind as Partial<ComponentItem['kind']>;
  if (block === 'object') return 'object.kind';
  return block === 'externalSecret' ? undefined : block;
}
