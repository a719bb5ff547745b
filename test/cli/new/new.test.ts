import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildProgram } from '../../control-plane/index.ts';
import { makeFolder } from '../../harness/files.ts';
import { Program, type Run } from '../program.ts';

const run = promisify(execFile);
const KEY = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

const create = (folder: string, ...args: string[]): Promise<Run> => program.run(['new', folder, ...args]);

const EVERYTHING = ['--environments', 'staging,production', '--sops', KEY, '--alerts', 'discord'];

test.each([
  ['monorepo', []],
  ['monorepo', ['--tenants', 'shop,blog', ...EVERYTHING]],
  ['multi-repo', []],
  ['multi-repo', ['--tenants', 'shop', ...EVERYTHING]],
  ['component', []],
  ['component', EVERYTHING],
])('a %s with %j is clean, and kustomize builds what it refers to', async (layout, args) => {
  const folder = await makeFolder('new');
  const { code, stdout, stderr } = await create(folder, '--layout', layout, ...args);
  expect([code, stderr]).toEqual([0, '']);
  const linted = await program.run(['lint', folder, '--fail-on', 'info', '-o', 'json']);
  expect([linted.code, linted.stderr]).toEqual([0, '']);
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const files = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  const { path: kustomize } = await buildProgram('kustomize');
  for (const file of files) {
    const name = file.slice(folder.length + 1);
    if (name !== 'README.md') expect(readme).toContain(`- \`${name}\` `);
    if (name.endsWith('kustomization.yaml')) await run(kustomize, ['build', dirname(file)]);
  }
});

test('nothing is written over, and then nothing is written', async () => {
  const folder = await makeFolder('new');
  await writeFile(join(folder, 'README.md'), 'mine');
  const { code, stdout, stderr } = await create(folder);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`error: README.md is in ${folder} already: choose another folder\n`);
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('mine');
});

test.each([
  ['--tenants', 'Shop'],
  ['--tenants', '../shop'],
  ['--tenants', 'a,a'],
  ['--environments', 'a,,b'],
  ['--sops', 'AGE-SECRET-KEY-1ABC'],
  ['--sops', 'age1nonsense'],
  ['--alerts', 'pigeon'],
  ['--layout', 'component', '--tenants', 'a'],
])('wrong usage is told: %s %s', async (...args) => {
  const folder = join(await makeFolder('new'), 'repository');
  const { code, stdout, stderr } = await create(folder, ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).not.toContain('SECRET-KEY');
});
