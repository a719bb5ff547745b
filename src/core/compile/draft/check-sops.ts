import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Secrets } from '../../../api/schema/spec.ts';
import { checkRecipient } from '../../grammar/age-recipients.ts';
import { checkRegularExpression } from '../../grammar/regular-expressions.ts';
import { isObject, own, typeName } from '../../values/json.ts';
import { suggestName } from '../../values/suggest.ts';
import { fieldPath, itemPath } from '../../values/path.ts';
import { explainType } from '../../validation/explain-type.ts';
import type { Problems } from '../../validation/problem.ts';

/** `spec.secrets.sops` of a blueprint. */
export type Sops = NonNullable<Secrets['sops']>;

/** The fields of a creation rule that name keys. A rule with none of them encrypts to nobody. */
export const KEY_FIELDS: readonly string[] = [
  'age',
  'pgp',
  'kms',
  'gcp_kms',
  'azure_keyvault',
  'hc_vault_transit_uri',
  'hckms',
  'key_groups',
];

/** The fields of a creation rule that select the values to encrypt. SOPS refuses two of them in one rule. */
const SELECTING_FIELDS: readonly string[] = [
  'encrypted_comment_regex',
  'encrypted_regex',
  'encrypted_suffix',
  'unencrypted_comment_regex',
  'unencrypted_regex',
  'unencrypted_suffix',
];

/** The fields of a creation rule that SOPS 3.12 knows (`config/config.go`). It ignores any other without a warning. */
const FIELDS: readonly string[] = [
  ...KEY_FIELDS,
  ...SELECTING_FIELDS,
  'aws_profile',
  'mac_only_encrypted',
  'path_regex',
  'shamir_threshold',
];

/** The prefix of every private key of age, which tells it from a public one. */
const PRIVATE_KEY = /AGE-SECRET-KEY-/i;

/** Refuses what a `.sops.yaml` must not hold, and what SOPS would refuse or ignore. */
export function checkSops(sops: Sops, problems: Problems): void {
  const path = 'spec.secrets.sops';
  (sops.age?.recipients ?? []).forEach((recipient, i) => {
    const at = itemPath(`${path}.age.recipients`, i);
    if (PRIVATE_KEY.test(recipient)) refusePrivateKey(at, problems);
    else if (recipient.includes(','))
      problems.add('pattern', at, 'must be one public key: age1… or ssh-…; give each an item of its own');
    else checkKey(recipient.trim(), at, problems);
  });
  (sops.creationRules ?? []).forEach((rule, i) => {
    checkRule(rule, itemPath(`${path}.creationRules`, i), problems);
  });
}

function checkRule(rule: JsonObject, path: string, problems: Problems): void {
  const fields = Object.keys(rule);
  for (const field of fields.filter((name) => !FIELDS.includes(name))) {
    const near = suggestName(field, FIELDS);
    // A later release of SOPS may know more fields, so only a name close to a known one is refused as a typing error.
    if (near !== undefined)
      problems.add(
        'unknown-field',
        fieldPath(path, field),
        `unknown field; did you mean ${JSON.stringify(near)}?`,
      );
  }
  const [first, second] = fields.filter((field) => SELECTING_FIELDS.includes(field)).sort();
  if (first !== undefined && second !== undefined)
    problems.add(
      'both-forms',
      `${path}.${second}`,
      `stands beside \`${first}\`, of which SOPS takes one: keep one of the two`,
    );
  checkTypes(rule, path, problems);
  checkExpressions(rule, path, problems);
  checkGroups(own(rule, 'key_groups'), `${path}.key_groups`, problems);
  for (const field of ['age', 'key_groups']) {
    if (PRIVATE_KEY.test(JSON.stringify(own(rule, field) ?? '')))
      refusePrivateKey(`${path}.${field}`, problems);
  }
}

/** The fields that hold keys, as a list or as text with commas. */
const KEY_LISTS: ReadonlySet<string> = new Set(KEY_FIELDS.filter((field) => field !== 'key_groups'));

/** The keys of a field, which SOPS takes as a list or as text with commas; none for anything else. */
export function readKeys(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.filter((key) => typeof key === 'string').map((key) => key.trim());
  return typeof value === 'string' && value.trim() !== '' ? value.split(',').map((key) => key.trim()) : [];
}

function checkTypes(rule: JsonObject, path: string, problems: Problems): void {
  for (const [field, value] of Object.entries(rule)) {
    const wanted = typeOf(field);
    if (value === undefined || wanted?.holds(value) !== false) continue;
    problems.add('wrong-type', fieldPath(path, field), explainType(wanted.name, value, field));
  }
  const at = `${path}.age`;
  for (const key of readKeys(own(rule, 'age'))) if (!PRIVATE_KEY.test(key)) checkKey(key, at, problems);
}

interface FieldType {
  name: string;
  holds: (value: Json) => boolean;
}

function typeOf(field: string): FieldType | undefined {
  if (KEY_LISTS.has(field)) return { name: 'text or a list of texts', holds: isKeys };
  if (field === 'key_groups') return { name: 'a list of groups', holds: isGroups };
  if (field === 'shamir_threshold') return { name: 'an integer', holds: Number.isInteger };
  if (field === 'mac_only_encrypted')
    return { name: 'true or false', holds: (value) => typeof value === 'boolean' };
  return FIELDS.includes(field) ? { name: 'text', holds: (value) => typeof value === 'string' } : undefined;
}

function isKeys(value: Json): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((key) => typeof key === 'string'));
}

function isGroups(value: Json): boolean {
  return Array.isArray(value) && value.every((group) => isObject(group));
}

/** SOPS refuses, for every file, a rule with an expression that Go cannot compile. */
function checkExpressions(rule: JsonObject, path: string, problems: Problems): void {
  for (const [field, value] of Object.entries(rule)) {
    if (!field.endsWith('_regex') || typeof value !== 'string') continue;
    const wrong = checkRegularExpression(value);
    if (wrong !== undefined) problems.add('regular-expression', fieldPath(path, field), wrong);
  }
}

function checkGroups(groups: Json | undefined, path: string, problems: Problems): void {
  if (!Array.isArray(groups)) return;
  groups.forEach((group, i) => {
    const at = `${itemPath(path, i)}.age`;
    const age = isObject(group) ? own(group, 'age') : undefined;
    if (age !== undefined && !Array.isArray(age))
      problems.add('wrong-type', at, `must be a list of texts, not ${typeName(age)}`);
    for (const key of readKeys(age)) if (!PRIVATE_KEY.test(key)) checkKey(key, at, problems);
  });
}

function checkKey(key: string, path: string, problems: Problems): void {
  const wrong = checkRecipient(key);
  if (wrong !== undefined) problems.add('pattern', path, wrong);
}

function refusePrivateKey(path: string, problems: Problems): void {
  problems.add(
    'private-key',
    path,
    'is a private key, which everyone could read in the ConfigMap: give the public one (age1…), and make a new pair, for this one is known now',
  );
}

/** Refuses a key pair for which no Secret is named. `sops` is what holds in one environment. */
export function checkGenerate(sops: Sops | undefined, problems: Problems): void {
  if (sops?.age?.generate !== true || sops.secretRef !== undefined) return;
  problems.add(
    'missing-field',
    'spec.secrets.sops.secretRef',
    'is required beside `age.generate`: the Secret that holds the key pair',
  );
}
