import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import { SOURCE_KINDS, schemaOf } from '../../kinds/index.ts';
import { own, valueAt } from '../../values/json.ts';

/** The lists that an environment merges by the names of their items. */
export type NamedList = 'sources' | 'layers' | 'components';

/**
 * What an item of an environment lacks to be an addition, as the end of a message; undefined where it is complete.
 * Fields that `defaults` of the environment provide may be missing.
 */
export function findMissing(list: NamedList, item: JsonObject, defaults: JsonObject): string | undefined {
  const has = (member: string): boolean => own(item, member) !== undefined;
  if (list !== 'sources') {
    const members = [...COMPONENT_BLOCKS, 'object', ...(list === 'layers' ? ['components'] : [])];
    return members.some(has) ? undefined : `and as an addition it lacks one of ${members.join(', ')}`;
  }
  if (has('sourceRef')) return undefined;
  const block = SOURCE_BLOCKS.find(has);
  if (block === undefined)
    return `and as an addition it lacks one of ${[...SOURCE_BLOCKS, 'sourceRef'].join(', ')}`;
  const kind = SOURCE_KINDS[block];
  const missing = (schemaOf(kind)?.required ?? []).find(
    (field) =>
      own(kind.defaults, field) === undefined &&
      valueAt(item, [block, field]) === undefined &&
      valueAt(defaults, [block, field]) === undefined,
  );
  return missing === undefined ? undefined : `and as an addition it lacks \`${block}.${missing}\``;
}
