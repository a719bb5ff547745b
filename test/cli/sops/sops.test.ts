import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { buildProgram } from '../../control-plane/index.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { Program, type Run } from '../program.ts';

let program: Program;
let client: TestClient;
let tenant: Tenant;
let folder: string;
let path: string;

beforeAll(async () => {
  program = await Program.bundle();
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  path = dirname((await buildProgram('sops')).path);
});

beforeEach(async () => {
  tenant = await Tenant.open(client);
  folder = join(program.folder, tenant.namespace);
});

afterAll(async () => {
  await client.close();
  await program.remove();
});

const PLAIN = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  password: hunter2\n';

/** Writes a file of the repository. Answers its path. */
async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

function writeRules(...recipients: string[]): Promise<string> {
  const rule = `path_regex: .*\\.ya?ml$\n  encrypted_regex: ^(data|stringData)$\n  age: ${recipients.join(',')}\n`;
  return write('.sops.yaml', `creation_rules:\n- ${rule}`);
}

async function sops(...args: string[]): Promise<Run> {
  const env = { PATH: path, HOME: program.folder, KUBECONFIG: sharedControlPlane().kubeconfigPath };
  const run = await program.run(['sops', ...args], '', env);
  expect(`${run.stdout}${run.stderr}`).not.toMatch(/AGE-SECRET-KEY|hunter2/);
  return run;
}

const here = (): string[] => ['-n', tenant.namespace];

async function privateKeys(): Promise<Record<string, string>> {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: tenant.namespace, name: 'sops-age' };
  const { data } = (await client.cluster.get(ref)) as unknown as { data: Record<string, string> };
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => [field, Buffer.from(value, 'base64').toString()]),
  );
}

test('a key pair is made once, and the private key goes into the Secret alone', async () => {
  const made = await sops('keygen', ...here());
  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^age1\w+\n$/)]);
  const [recipient = ''] = made.stdout.split('\n');
  const keys = await privateKeys();
  const identity = /AGE-SECRET-KEY-\S+/.exec(keys['age.agekey'] ?? '')?.[0] ?? '';
  expect(await identityToRecipient(identity)).toBe(recipient);
  const again = await sops('keygen', ...here());
  expect([again.code, again.stdout]).toEqual([1, '']);
  expect(again.stderr).toMatch(/exists, and what is encrypted to its key needs it: add another key by --add/);
  const added = await sops('keygen', '--add', ...here());
  expect(added.code).toBe(0);
  const after = await privateKeys();
  expect(after['age.agekey']).toBe(keys['age.agekey']);
  // The operator encrypts to the first.
  expect(Object.keys(after).sort()).toEqual(['age-9999.agekey', 'age.agekey']);
});

test('a folder is encrypted, checked, and rotated to a new key', async () => {
  const [old = ''] = (await sops('keygen', ...here())).stdout.split('\n');
  await writeRules(old);
  const file = await write('apps/secret.yaml', PLAIN);
  await write('apps/config.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n');
  const before = await sops('check', folder);
  expect([before.code, before.stdout]).toEqual([
    1,
    `✗ ${file} holds a plain Secret, which its rule wants encrypted; fluxblueprint sops encrypt\n`,
  ]);
  const encrypted = await sops('encrypt', folder);
  expect([encrypted.code, encrypted.stderr]).toEqual([0, `✔ ${file} is encrypted\n`]);
  expect(await readFile(file, 'utf8')).not.toContain('hunter2');
  const good = await sops('check', folder, '--cluster', ...here());
  expect([good.code, good.stderr]).toEqual([0, '✔ nothing is wrong with 2 files, 1 of them encrypted\n']);

  const [fresh = ''] = (await sops('keygen', '--add', ...here())).stdout.split('\n');
  await writeRules(fresh);
  expect((await sops('check', folder)).stdout).toContain(`is not encrypted to ${fresh}, as its rule wants`);
  const unable = await sops('rotate', folder);
  expect([unable.code, unable.stderr]).toEqual([1, expect.stringMatching(/is not rotated: /)]);
  const rotated = await sops('rotate', folder, '--from-cluster', ...here());
  expect([rotated.code, rotated.stderr]).toEqual([0, `✔ ${file} is rotated\n`]);
  const content = await readFile(file, 'utf8');
  expect([content.includes(fresh), content.includes(old)]).toEqual([true, false]);
  expect((await sops('check', folder, '--cluster', ...here())).code).toBe(0);
});

test('what is encrypted to a key that the cluster lacks is told', async () => {
  await sops('keygen', ...here());
  const other = await identityToRecipient(await generateX25519Identity());
  await writeRules(other);
  const file = await write('secret.yaml', PLAIN);
  expect((await sops('encrypt', file)).code).toBe(0);
  expect((await sops('check', folder)).code).toBe(0);
  const { code, stdout } = await sops('check', folder, '--cluster', ...here());
  expect(code).toBe(1);
  expect(stdout).toContain(`is encrypted to ${other}, and the cluster has the private key of age1`);
  expect((await sops('encrypt', file)).stderr).toBe(`◎ ${file} is encrypted already\n`);
});

test('files that cannot be encrypted are told, and the others are encrypted', async () => {
  const other = await identityToRecipient(await generateX25519Identity());
  await writeRules(other);
  const broken = await write('a.yaml', 'password: hunter2\n  x: [hunter2\n');
  const unruled = await write('b.txt', 'password: hunter2');
  const good = await write('c.yaml', PLAIN);
  const { code, stderr } = await sops('encrypt', broken, unruled, good);
  expect(code).toBe(1);
  expect(stderr).toMatch(/a\.yaml is not encrypted: it cannot be read as YAML or JSON\n/);
  expect(stderr).toMatch(/b\.txt is not encrypted: /);
  expect(stderr).toMatch(/✔ .*c\.yaml is encrypted\n$/);
});

test('what is missing is told with what to do', async () => {
  const file = await write('secret.yaml', PLAIN);
  expect((await sops('encrypt', file)).stderr).toMatch(
    /there is no \.sops\.yaml in its folder, or above: print one/,
  );
  expect((await sops('check', '/nowhere/at/all')).stderr).toMatch(
    /^✗ \/nowhere\/at\/all cannot be read: ENOENT/,
  );
  expect((await sops('check', folder, '--cluster', ...here())).stderr).toMatch(
    /^✗ there is no Secret \S+\/sops-age: name another/,
  );
  await write('.sops.yaml', 'nonsense');
  expect((await sops('check', folder)).stderr).toMatch(/\.sops\.yaml has no list creation_rules: correct it/);
  const { code, stderr } = await program.run(['sops', 'encrypt', file], '', { PATH: '/nowhere' });
  expect([code, stderr]).toEqual([1, '✗ the program sops is not on PATH: install it (https://getsops.io)\n']);
  expect((await sops('rules', 'platform', ...here())).stderr).toMatch(
    /^✗ there is no FluxBlueprint "platform"/,
  );
});
