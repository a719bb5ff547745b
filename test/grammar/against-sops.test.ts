import { beforeAll, expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { stringify } from 'yaml';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';
import { secret } from '../harness/flux/manifests.ts';
import { decrypt, encrypt } from '../harness/flux/sops.ts';

/** A key pair of age. */
interface KeyPair {
  identity: string;
  recipient: string;
}

let ours: KeyPair;
let theirs: KeyPair;

beforeAll(async () => {
  ours = await makeKeyPair();
  theirs = await makeKeyPair();
});

async function makeKeyPair(): Promise<KeyPair> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** What `.sops.yaml` a blueprint with these rules generates for our key, or the paths at which it is refused. */
function compileRules(rules: readonly object[]): { sopsYaml?: string; refused: string[] } {
  const blueprint = {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'demo', namespace: 'flux-system' },
    spec: {
      secrets: { sops: { secretRef: { name: 'sops-age' }, age: { generate: true }, creationRules: rules } },
    },
  };
  const compiled = compile(blueprint, { ...offlineContext(), ageRecipient: ours.recipient });
  if (!compiled.ok) return { refused: compiled.problems.map(({ path }) => path) };
  const { data } = compiled.desired.objects[0]?.manifest as unknown as { data: Record<string, string> };
  return { sopsYaml: data['.sops.yaml'] ?? '', refused: [] };
}

const path = 'apps/credentials.yaml';
const content = stringify(secret('apps', 'credentials', { password: 'only-for-tests' }));

/** A creation rule with the key of somebody else. */
type MakeRule = (recipient: string) => object;

test.each<[string, MakeRule]>([
  ['no key of its own', () => ({})],
  ['a key as text', (age) => ({ age })],
  ['a list of keys', (age) => ({ age: [age] })],
  ['keys with commas', (age) => ({ age: `${age}, ${age}` })],
  ['an empty list of groups beside a key', (age) => ({ age: [age], key_groups: [] })],
  ['one group of keys', (age) => ({ key_groups: [{ age: [age] }] })],
  [
    'two groups that are both needed',
    (age) => ({ shamir_threshold: 2, key_groups: [{ age: [age] }, { age: [age] }] }),
  ],
  [
    'groups of which two are needed',
    (age) => ({ shamir_threshold: 2, key_groups: [{ age: [age] }, {}, {}] }),
  ],
  ['a group within a group', (age) => ({ key_groups: [{ merge: [{ age: [age] }] }] })],
  ['a path of its own', (age) => ({ path_regex: '^apps/.*', age })],
  ['another expression of what is encrypted', () => ({ encrypted_regex: '^(stringData)$' })],
])('what SOPS encrypts by a rule with %s, our key alone decrypts', async (_, makeRule) => {
  const { sopsYaml = '', refused } = compileRules([makeRule(theirs.recipient)]);
  expect(refused).toEqual([]);
  const encrypted = await encrypt({ path, content, sopsYaml });
  expect(encrypted).not.toContain('only-for-tests');
  expect(encrypted).toContain('name: credentials');
  const decrypted = await decrypt({ path, content: encrypted, sopsYaml }, ours.identity);
  expect(decrypted).toContain('password: only-for-tests');
});

test('of several rules SOPS takes the first that matches, in the order of the blueprint', async () => {
  const { sopsYaml = '' } = compileRules([
    { path_regex: '^other/.*', age: theirs.recipient },
    { path_regex: '^apps/.*' },
    { age: theirs.recipient },
  ]);
  const encrypted = await encrypt({ path, content, sopsYaml });
  expect(encrypted).toContain(ours.recipient);
  expect(encrypted).not.toContain(theirs.recipient);
});

test.each<[string, MakeRule]>([
  [
    'two expressions of what is encrypted',
    (age) => ({ age, encrypted_regex: '^data$', encrypted_suffix: '_x' }),
  ],
  ['an expression with a lookahead', (age) => ({ age, path_regex: '(?!x).*' })],
  ['a key with a wrong checksum', (age) => ({ age: `${age.slice(0, -1)}${age.endsWith('q') ? 'p' : 'q'}` })],
  ['a key that is a map', () => ({ age: { a: 'b' } })],
  ['keys of a group as text', (age) => ({ key_groups: [{ age }] })],
  ['a group in place of a list of groups', (age) => ({ key_groups: { age: [age] } })],
  ['a threshold that is no number', (age) => ({ age, shamir_threshold: 'two' })],
  ['a suffix that is a map', (age) => ({ age, encrypted_suffix: { a: 'b' } })],
])('a rule with %s is refused, as by SOPS', async (_, makeRule) => {
  const rule = makeRule(theirs.recipient);
  expect(compileRules([rule]).refused.length).toBeGreaterThan(0);
  const sopsYaml = stringify({ creation_rules: [{ path_regex: '.*', ...rule }] });
  await expect(encrypt({ path, content, sopsYaml })).rejects.toThrow('Command failed');
});
