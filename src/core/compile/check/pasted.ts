import type { Json } from '../../../api/object.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import { isObject, own, textAt, valueAt } from '../../values/json.ts';
import type { Steps } from '../../values/path.ts';

/** The most steps from a blueprint to an object that {@link findPasted} finds: to a block of an environment. */
export const PASTED_STEPS = 8;

/** A whole object where a blueprint wants the fields of its `spec`. */
export interface Pasted {
  /** The steps from the blueprint to the object; never more than {@link PASTED_STEPS}. */
  steps: Steps;
  message: string;
}

/** The lists of a blueprint whose items hold the fields of a `spec` themselves. */
const PLAIN_LISTS = [
  ['notifications', 'providers'],
  ['notifications', 'alerts'],
  ['notifications', 'receivers'],
  ['secrets', 'externalSecrets'],
];

/** The block of each kind that has one. */
const BLOCK_OF: ReadonlyMap<string, string> = new Map(
  [...Object.values(SOURCE_KINDS), ...Object.values(COMPONENT_KINDS)].map(({ kind, block }) => [kind, block]),
);

/**
 * Finds whole objects, with `kind` and `spec`, that somebody pasted into a block or a list of a blueprint. One message
 * says what to do, where each of their fields would be a problem of its own.
 */
export function* findPasted(blueprint: Json | undefined): Generator<Pasted> {
  yield* inScope(valueAt(blueprint, ['spec']), ['spec']);
  for (const { value, steps } of itemsAt(valueAt(blueprint, ['spec']), ['environments'], ['spec']))
    yield* inScope(value, steps);
}

function* inScope(scope: Json | undefined, steps: Steps): Generator<Pasted> {
  yield* inBlocks(valueAt(scope, ['defaults']), [...steps, 'defaults']);
  for (const { value, steps: at } of itemsAt(scope, ['sources'], steps)) yield* inItem(value, at);
  for (const { value: layer, steps: at } of itemsAt(scope, ['layers'], steps)) {
    yield* inItem(layer, at);
    yield* inBlocks(valueAt(layer, ['defaults']), [...at, 'defaults']);
    for (const component of itemsAt(layer, ['components'], at))
      yield* inItem(component.value, component.steps);
  }
  for (const list of PLAIN_LISTS)
    for (const { value, steps: at } of itemsAt(scope, list, steps))
      if (isWhole(value))
        yield { steps: at, message: `${nameOf(value)}: write the fields of its \`spec\` beside a \`name\`` };
}

function* inItem(item: Json, steps: Steps): Generator<Pasted> {
  if (!isWhole(item)) {
    yield* inBlocks(item, steps);
    return;
  }
  const block = BLOCK_OF.get(textAt(item, ['kind']) ?? '');
  const where =
    block === undefined
      ? 'its apiVersion, kind and `spec` as `object`'
      : `what is in its \`spec\` as \`${block}\``;
  yield { steps, message: `${nameOf(item)}: give the item a \`name\`, and write ${where}` };
}

function* inBlocks(parent: Json | undefined, steps: Steps): Generator<Pasted> {
  if (!isObject(parent)) return;
  for (const block of [...SOURCE_BLOCKS, ...COMPONENT_BLOCKS]) {
    const value = own(parent, block);
    if (!isWhole(value)) continue;
    const message = `${nameOf(value)}: write what is in its \`spec\` here; its name and namespace belong beside the block`;
    yield { steps: [...steps, block], message };
  }
}

/** No spec of a kind that has a block or list here has a field `spec`. */
function isWhole(value: Json | undefined): boolean {
  return (
    isObject(value) &&
    isObject(own(value, 'spec')) &&
    ['apiVersion', 'kind'].some((field) => typeof own(value, field) === 'string')
  );
}

function nameOf(value: Json | undefined): string {
  const kind = textAt(value, ['kind']) ?? '';
  return `is a whole ${BLOCK_OF.has(kind) ? kind : 'object'}`;
}

function itemsAt(
  parent: Json | undefined,
  list: readonly string[],
  steps: Steps,
): { value: Json; steps: Steps }[] {
  const items = valueAt(parent, list);
  return Array.isArray(items) ? items.map((value, i) => ({ value, steps: [...steps, ...list, i] })) : [];
}
