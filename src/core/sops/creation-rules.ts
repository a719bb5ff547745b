/**
 * Which files of a repository SOPS should have encrypted, and to whom: the rules of `.sops.yaml` (this file), and what
 * a file is (`judge-file.ts`). Nothing is decrypted here, and no value of a file leaves the room. Begin here.
 */
import { RE2JS } from 're2js';
import { MarkBudget, TooManyMarks } from '../yaml/tokens/fault.ts';
import { type Document, readDocuments } from '../yaml/documents/read-documents.ts';
import { textAt, valueAt } from '../values/json.ts';
import { checkRegularExpression } from '../grammar/regular-expressions.ts';

/** A creation rule of a `.sops.yaml`. */
export interface CreationRule {
  /** Which files it is for, by their paths below that of the `.sops.yaml`. Undefined: all. */
  paths: Matcher | undefined;
  /** Which keys' values are encrypted. Undefined: all of them. */
  keys: Matcher | undefined;
  /** The public keys of age that it names, those of all groups together. */
  recipients: readonly string[];
}

/** A regular expression of RE2, which may match anywhere in a text. */
export type Matcher = (text: string) => boolean;

/** The most values of a file that are read. */
const MAX_MARKS = 500_000;

/** The documents of a text; undefined if it is larger than anything that is encrypted whole. */
export function readAll(text: string): Document[] | undefined {
  try {
    return [...readDocuments(text, new MarkBudget(MAX_MARKS))];
  } catch (error) {
    if (error instanceof TooManyMarks) return undefined;
    throw error;
  }
}

/** Reads a `.sops.yaml`, or says what is wrong with it. */
export function readCreationRules(text: string): readonly CreationRule[] | { wrong: string } {
  const [document] = readAll(text) ?? [];
  if (document?.ok !== true) return { wrong: 'is no YAML' };
  const written = valueAt(document.value, ['creation_rules']);
  if (!Array.isArray(written)) return { wrong: 'has no list creation_rules' };
  const rules: CreationRule[] = [];
  for (const rule of written) {
    const [paths, keys] = [compileAt(rule, 'path_regex'), compileAt(rule, 'encrypted_regex')];
    if (paths === false || keys === false) return { wrong: 'has a regular expression that is none of RE2' };
    rules.push({ paths, keys, recipients: recipientsOf(rule) });
  }
  return rules;
}

/** False where the expression is wrong. */
function compileAt(rule: unknown, field: string): Matcher | undefined | false {
  const expression = textAt(rule, [field]);
  if (expression === undefined || expression === '') return undefined;
  if (checkRegularExpression(expression) !== undefined) return false;
  try {
    const compiled = RE2JS.compile(expression);
    return (text) => compiled.matcher(text).find();
  } catch {
    return false;
  }
}

function recipientsOf(rule: unknown): string[] {
  const groups = valueAt(rule, ['key_groups']);
  const fields = [
    valueAt(rule, ['age']),
    ...(Array.isArray(groups) ? groups : []).map((group) => valueAt(group, ['age'])),
  ];
  return fields
    .flatMap((field) => (Array.isArray(field) ? field : [field]))
    .flatMap((field) => (typeof field === 'string' ? field.split(',') : []))
    .map((recipient) => recipient.trim())
    .filter((recipient) => recipient !== '');
}

/**
 * The first rule for a file, as SOPS takes it.
 *
 * @param path the path below the folder of the `.sops.yaml`, with `/`
 */
export function ruleFor(rules: readonly CreationRule[], path: string): CreationRule | undefined {
  return rules.find(({ paths }) => paths?.(path) ?? true);
}
