import type { Plain } from './crd.ts';

/** A rule in the form of the CRD. */
export interface CrdRule {
  rule: string;
  message: string;
  [field: string]: unknown;
}

/**
 * Puts the rules where they cost the API server little. It prepares a rule anew for each value that it holds it
 * against, and lists all fields of a schema anew for each field that a rule asks for, in every write, those of the
 * status included.
 *
 * - The rules of a list's items become rules of the list, which look at all items and name the one that is wrong.
 * - Those of a list within a list, which has thousands of items, are left out: `policy.ts` has them.
 * - Rules about the old value stay where they are, because a list has none.
 */
export function liftRules(schema: Plain, name = '', inList = false): Plain {
  const { properties, items } = schema;
  if (items !== undefined) return liftToList(schema, name, inList);
  if (properties === undefined) return schema;
  const fields = Object.entries(properties as Record<string, Plain>);
  return {
    ...schema,
    properties: Object.fromEntries(fields.map(([field, value]) => [field, liftRules(value, field, inList)])),
  };
}

function liftToList(list: Plain, name: string, inList: boolean): Plain {
  const items = liftRules(list['items'] as Plain, '', true);
  const all = rulesOf(items);
  const staying = all.filter(({ rule }) => /\boldSelf\b/.test(rule));
  const item = name.replace(/s$/, '');
  const moving = inList ? [] : all.filter((rule) => !staying.includes(rule));
  return withRules({ ...list, items: withRules(items, staying) }, [
    ...rulesOf(list),
    ...moving.map((rule) => ofItems(rule, item)),
  ]);
}

/**
 * A rule over all items. The sentence is put together inside of the macro: the API server's estimate knows there how
 * long a name can be, and takes the strings of a list that a macro has made for endless.
 */
export function ofItems(rule: CrdRule, item: string): CrdRule {
  const holds = renameSelf(rule, item);
  const sentence = `${JSON.stringify(`${rule.message}: `)} + ${item}.name`;
  return {
    rule: `self.all(${item}, ${holds})`,
    message: rule.message,
    messageExpression: `self.map(${item}, !(${holds}), ${sentence})[0]`,
  };
}

/** The CEL of a rule, over a variable. */
export function renameSelf({ rule }: CrdRule, variable: string): string {
  return rule.replaceAll(/\bself\b/g, variable);
}

/** The rules that a schema has itself. */
export function rulesOf(schema: Plain): CrdRule[] {
  return (schema['x-kubernetes-validations'] ?? []) as CrdRule[];
}

function withRules(schema: Plain, rules: readonly CrdRule[]): Plain {
  const bare = without(schema, 'x-kubernetes-validations');
  return rules.length === 0 ? bare : { ...bare, 'x-kubernetes-validations': rules };
}

/** A schema without one of its fields. */
export function without(schema: Plain, field: string): Plain {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== field));
}
