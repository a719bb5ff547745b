import type { Json } from '../../api/object.ts';
import { isObject, own, textAt, valueAt } from '../values/json.ts';
import { joinFirst } from '../values/suggest.ts';
import { type CreationRule, readAll } from './creation-rules.ts';

/** What SOPS has made of a file. */
export type FileState =
  | { is: 'unread' }
  | { is: 'plain'; documents: readonly Json[] }
  | { is: 'encrypted'; recipients: readonly string[]; hasOtherKeys: boolean };

/** What is to be done with a file, and why. Nothing of what stands in it is told. */
export interface Judgement {
  todo: 'encrypt' | 'rotate' | 'decide';
  message: string;
}

/** Reads what SOPS has made of a file of YAML or JSON. */
export function readState(text: string): FileState {
  const documents = readAll(text);
  if (documents === undefined || documents.some(({ ok }) => !ok)) return { is: 'unread' };
  const values = documents.flatMap((document) => (document.ok ? [document.value] : []));
  const sops = values.map((value) => valueAt(value, ['sops'])).find((found) => isEncryption(found));
  if (sops === undefined) return { is: 'plain', documents: values };
  const age = valueAt(sops, ['age']);
  const recipients = (Array.isArray(age) ? age : []).flatMap((key) => textAt(key, ['recipient']) ?? []);
  return { is: 'encrypted', recipients, hasOtherKeys: OTHER_KEYS.some((field) => hasKeys(sops, field)) };
}

const OTHER_KEYS = ['pgp', 'kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'key_groups'];

function hasKeys(sops: unknown, field: string): boolean {
  const keys = valueAt(sops, [field]);
  return Array.isArray(keys) && keys.length > 0;
}

/** What SOPS writes into every file: nothing else has a `sops` with a `mac`. */
function isEncryption(value: unknown): boolean {
  return textAt(value, ['mac']) !== undefined;
}

/**
 * What is wrong with a file under its rule; undefined if nothing is.
 *
 * @param inCluster the public keys of the private ones that the cluster has; undefined where it was not asked
 */
export function judgeFile(
  state: FileState,
  rule: CreationRule | undefined,
  inCluster: readonly string[] | undefined,
): Judgement | undefined {
  if (state.is === 'unread') return undefined;
  if (state.is === 'plain') return judgePlain(state.documents, rule);
  const { recipients, hasOtherKeys } = state;
  if (inCluster !== undefined && !hasOtherKeys && !recipients.some((key) => inCluster.includes(key)))
    return {
      todo: 'rotate',
      message: `is encrypted to ${namesOf(recipients)}, and the cluster has the private key of ${namesOf(inCluster)}: Flux cannot decrypt it`,
    };
  if (rule === undefined || hasOtherKeys) return undefined;
  const [lacks, beyond] = [minus(rule.recipients, recipients), minus(recipients, rule.recipients)];
  if (lacks.length > 0)
    return { todo: 'rotate', message: `is not encrypted to ${namesOf(lacks)}, as its rule wants` };
  if (beyond.length > 0)
    return {
      todo: 'rotate',
      message: `is still encrypted to ${namesOf(beyond)}, which its rule no longer names`,
    };
  return undefined;
}

function judgePlain(documents: readonly Json[], rule: CreationRule | undefined): Judgement | undefined {
  const holdsSecret = documents.some((value) => objectsIn(value).some(isSecret));
  if (rule === undefined)
    return holdsSecret
      ? { todo: 'decide', message: 'holds a plain Secret, and no rule of a .sops.yaml is for it' }
      : undefined;
  if (holdsSecret)
    return { todo: 'encrypt', message: 'holds a plain Secret, which its rule wants encrypted' };
  const { keys } = rule;
  // What is applied to a cluster in plain may be so on purpose. Files of values have no kind.
  const isMeant = keys === undefined || documents.some((value) => !hasKind(value) && hasKey(value, keys));
  const isEmpty = documents.every((value) => !isObject(value) || hasKind(value));
  return isMeant && !isEmpty
    ? { todo: 'encrypt', message: 'is plain, and its rule wants it encrypted' }
    : undefined;
}

function hasKind(value: Json): boolean {
  return textAt(value, ['kind']) !== undefined;
}

/** The object of a document, or those of its List. */
function objectsIn(value: Json): Json[] {
  const items = textAt(value, ['kind'])?.endsWith('List') === true ? valueAt(value, ['items']) : undefined;
  return Array.isArray(items) ? items : [value];
}

function isSecret(value: Json): boolean {
  if (textAt(value, ['kind']) !== 'Secret' || textAt(value, ['apiVersion']) !== 'v1') return false;
  return ['data', 'stringData'].some((field) => {
    const data = valueAt(value, [field]);
    return isObject(data) && Object.keys(data).length > 0;
  });
}

/** How deep a key is looked for: SOPS looks at all. */
const MAX_DEPTH = 32;

function hasKey(value: Json, keys: (key: string) => boolean, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => hasKey(item, keys, depth + 1));
  if (!isObject(value)) return false;
  return Object.keys(value).some((key) => keys(key) || hasKey(own(value, key) ?? null, keys, depth + 1));
}

function minus(some: readonly string[], others: readonly string[]): string[] {
  return some.filter((key) => !others.includes(key));
}

/** The most keys that a message names. */
const MAX_NAMED = 3;

function namesOf(recipients: readonly string[]): string {
  return recipients.length === 0 ? 'no key of age' : joinFirst(recipients, MAX_NAMED);
}
