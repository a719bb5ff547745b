import { expect, test } from '@jest/globals';
import { type CreationRule, readCreationRules, ruleFor } from '../../../src/core/sops/creation-rules.ts';
import { judgeFile, readState } from '../../../src/core/sops/judge-file.ts';

function rules(text: string): readonly CreationRule[] {
  const read = readCreationRules(text);
  if ('wrong' in read) throw new Error(read.wrong);
  return read;
}

const RULES = rules(`creation_rules:
- {path_regex: '^secrets/', age: 'age1a, age1b'}
- {path_regex: '.*\\.ya?ml$', encrypted_regex: '^(data|stringData)$', key_groups: [{age: [age1a]}, {age: [age1c]}]}
`);

test('the first rule that matches is for a file', () => {
  expect(ruleFor(RULES, 'secrets/a.yaml')?.recipients).toEqual(['age1a', 'age1b']);
  expect(ruleFor(RULES, 'apps/a.yml')?.recipients).toEqual(['age1a', 'age1c']);
  expect(ruleFor(RULES, 'apps/a.json')).toBeUndefined();
});

test.each([
  ['a: [b', 'is no YAML'],
  ['', 'is no YAML'],
  ['creation_rules: nonsense', 'has no list creation_rules'],
  ["creation_rules: [{path_regex: '(?=a)'}]", 'has a regular expression that is none of RE2'],
  ["creation_rules: [{encrypted_regex: '['}]", 'has a regular expression that is none of RE2'],
])('%j is told', (text, wrong) => {
  expect(readCreationRules(text)).toEqual({ wrong });
});

const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2}\n';
const encryptedTo = (...recipients: string[]): string =>
  `kind: Secret\nsops: {mac: 'ENC[]', age: [${recipients.map((recipient) => `{recipient: ${recipient}}`).join()}]}\n`;

test.each([
  ['a Secret', SECRET, 'encrypt'],
  [
    'a Secret in a List',
    `apiVersion: v1\nkind: List\nitems:\n- ${SECRET.replaceAll('\n', '\n  ')}`,
    'encrypt',
  ],
  ['a Secret behind another document', `kind: ConfigMap\n---\n${SECRET}`, 'encrypt'],
  ['a Secret without data', 'apiVersion: v1\nkind: Secret\n', undefined],
  ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n', undefined],
  ['values with a key that is meant', 'database: {stringData: hunter2}\n', 'encrypt'],
  ['values without', 'database: {password: hunter2}\n', undefined],
  ['no YAML', 'a: [hunter2', undefined],
  ['an empty file', '', undefined],
  ['one that is encrypted', encryptedTo('age1a', 'age1c'), undefined],
  ['one to fewer', encryptedTo('age1a'), 'rotate'],
  ['one to more', encryptedTo('age1a', 'age1c', 'age1d'), 'rotate'],
])('%s, under the rule for all', (_, text, todo) => {
  const judgement = judgeFile(readState(text), RULES[1], undefined);
  expect(judgement?.todo).toBe(todo);
  expect(judgement?.message ?? '').not.toContain('hunter2');
});

test('under a rule that encrypts everything, values are meant too', () => {
  expect(judgeFile(readState('password: hunter2\n'), RULES[0], undefined)?.todo).toBe('encrypt');
});

test('a plain Secret without any rule is told', () => {
  expect(judgeFile(readState(SECRET), undefined, undefined)?.todo).toBe('decide');
});

test('what the cluster cannot decrypt is told, with keys of age alone', () => {
  const state = readState(encryptedTo('age1a', 'age1b'));
  expect(judgeFile(state, RULES[0], ['age1b'])).toBeUndefined();
  expect(judgeFile(state, RULES[0], ['age1z'])?.message).toBe(
    'is encrypted to age1a, age1b, and the cluster has the private key of age1z: Flux cannot decrypt it',
  );
  const byService = readState('sops: {mac: "ENC[]", age: [], kms: [{arn: x}]}\n');
  expect(judgeFile(byService, RULES[0], ['age1z'])).toBeUndefined();
});
