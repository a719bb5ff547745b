import type { Json } from '../../../api/object.ts';
import {
  type SecretTarget,
  contestsTarget,
  externalSecret,
  secretTargetOf,
} from '../../kinds/external-secret.ts';
import { type Item, displayTitle, originIn } from '../model/item.ts';
import { isObject, valueAt } from '../../values/json.ts';
import type { Problems } from '../../validation/problem.ts';

/**
 * Refuses ExternalSecrets that the webhook of External Secrets 2.9 refuses (`ValidateCreate`), and two items of the
 * list that write the same Secret, because External Secrets lets only one of them own it.
 */
export function checkExternalSecrets(items: readonly Item[], problems: Problems): void {
  const writers = new Map<string, readonly Writer[]>();
  for (const item of items.filter(({ kind }) => kind === externalSecret)) {
    const local = problems.within(item);
    checkContent(item, local);
    checkPolicies(item, local);
    const target = secretTargetOf(item.spec, item);
    const others = writers.get(target.key) ?? [];
    const other = others.find((one) => one.item.title !== item.title && contestsTarget(one.target, target));
    if (other !== undefined) refuseSameTarget(item, other.item, target.display, local);
    writers.set(target.key, addWriter(others, { item, target }));
  }
}

/** An ExternalSecret and what it writes. */
interface Writer {
  item: Item;
  target: SecretTarget;
}

/**
 * Adds a writer, unless two of its policy and of different titles are there: whoever comes later meets one of those.
 */
function addWriter(writers: readonly Writer[], writer: Writer): readonly Writer[] {
  const alike = writers.filter(
    ({ target }) => policyClass(target.creationPolicy) === policyClass(writer.target.creationPolicy),
  );
  if (alike.length > 1 || alike.some(({ item }) => item.title === writer.item.title)) return writers;
  return [...writers, writer];
}

/** Policies that contest a target alike; see {@link contestsTarget}. */
function policyClass(policy: string): string {
  return ['Owner', 'Orphan', 'None'].includes(policy) ? policy : 'other';
}

function checkContent(item: Item, problems: Problems): void {
  const { data, dataFrom } = item.spec;
  if (isEmpty(data) && isEmpty(dataFrom)) {
    const message = 'needs `data` or `dataFrom`: External Secrets takes none that fetches nothing';
    problems.add('missing-field', item.path, message);
  }
  (Array.isArray(dataFrom) ? dataFrom : []).forEach((entry, i) => {
    const ways = isObject(entry) ? waysOf(entry) : ['one'];
    if (ways.length === 1) return;
    const found = ways.length === 0 ? 'none' : ways.join(' and ');
    problems.add(
      'rule',
      originIn(item, ['dataFrom', i]),
      `needs exactly one of extract, find and sourceRef.generatorRef, and has ${found}`,
    );
  });
}

function isEmpty(list: Json | undefined): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

/** The ways in which an entry of `dataFrom` says what to fetch, as dotted fields; exactly one is allowed. */
function waysOf(entry: Json): string[] {
  const ways = [['extract'], ['find'], ['sourceRef', 'generatorRef']];
  return ways.filter((steps) => valueAt(entry, steps) !== undefined).map((steps) => steps.join('.'));
}

function checkPolicies(item: Item, problems: Problems): void {
  const [creation, deletion] = ['creationPolicy', 'deletionPolicy'].map((field) =>
    valueAt(item.spec, ['target', field]),
  );
  if (typeof creation !== 'string') return;
  const at = originIn(item, ['target', 'deletionPolicy']);
  if (deletion === 'Delete' && ['Merge', 'None', 'CreateOrMerge'].includes(creation)) {
    problems.add('rule', at, `Delete does not go with creationPolicy ${creation}: it needs Owner`);
  }
  if (deletion === 'Merge' && creation === 'None') {
    problems.add(
      'rule',
      at,
      'Merge does not go with creationPolicy None: there is no Secret to take keys from',
    );
  }
}

function refuseSameTarget(item: Item, other: Item, target: string, problems: Problems): void {
  const where = `${displayTitle(other)} (${other.locate(other.path)})`;
  const remedy = 'give one of them another `target.name`, or put the keys of both into one';
  problems.add(
    'same-object',
    originIn(item, ['target', 'name']),
    `${displayTitle(item)} and ${where} both make ${target}: ${remedy}`,
  );
}
