import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeFolder, writeFiles } from '../harness/files.ts';
import { Program, type Run } from './program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

const blueprint = (kustomization: string): string => `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: a, namespace: x}
spec:
  sources: [{name: fleet, git: {url: https://example.com/fleet.git, ref: {branch: main}}}]
  layers: [{name: apps, kustomization: {${kustomization}}}]
`;

const lint = (args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Run> =>
  program.run(['lint', ...args], input, env);

test('nothing found is told, with exit code 0', async () => {
  expect(await lint(['-'], blueprint(''))).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '✔ nothing found in 1 blueprint\n',
  });
});

test('what is found stands on one line each, with file, line, column and rule, and the exit code is 1', async () => {
  const file = await program.write('lint.yaml', blueprint('intervall: 5m, timeout: 5'));
  const { code, stdout, stderr } = await lint([file]);
  expect(code).toBe(1);
  expect(stdout.split('\n')).toEqual([
    `${file}:6:41: error: spec.layers[0].kustomization.intervall: unknown field; did you mean "interval"? [unknown-field]`,
    expect.stringMatching(
      /lint\.yaml:6:65: error: spec\.layers\[0\]\.kustomization\.timeout: .* \[wrong-type\]$/,
    ),
    '',
  ]);
  expect(stderr).toBe('✗ 2 errors in 1 blueprint\n');
});

test('warnings pass unless --fail-on says otherwise', async () => {
  const codes: unknown[] = [];
  for (const args of [[], ['--fail-on', 'error'], ['--fail-on', 'warning'], ['--fail-on', 'info']])
    codes.push((await lint(['-', ...args], blueprint('interval: 1m'))).code);
  expect(codes).toEqual([0, 0, 1, 1]);
});

test('blueprints of several files may be for several clusters, and those of one file may not', async () => {
  const folder = await makeFolder('lint');
  await writeFiles(folder, { 'one/a.yaml': blueprint(''), 'two/a.yaml': blueprint('') });
  expect(await lint([folder])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '✔ nothing found in 2 blueprints\n',
  });
  const { code, stdout } = await lint(['-'], `${blueprint('')}---\n${blueprint('')}`);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/^standard input:10:18: error: metadata\.name: .* \[same-blueprint\]\n$/),
  ]);
});

test.each([
  ['json', (text: string) => (JSON.parse(text) as { findings: unknown[] }).findings.length],
  [
    'sarif',
    (text: string) => (JSON.parse(text) as { runs: { results: unknown[] }[] }).runs[0]?.results.length,
  ],
  ['yaml', (text: string) => text.split('\n').filter((line) => line === '    rule: unknown-field').length],
  [
    'github',
    (text: string) =>
      text.split('\n').filter((line) => line.startsWith('::error line=6,col=41,title=unknown-field::'))
        .length,
  ],
])('with -o %s programs read it, and nothing else is printed', async (format, count) => {
  const { code, stdout, stderr } = await lint(['-', '-o', format], blueprint('x: 1'));
  expect([code, count(stdout), stderr]).toEqual([1, 1, '']);
});

test('SARIF names the version of the program', async () => {
  const { stdout } = await lint(['-', '-o', 'sarif'], blueprint(''));
  const version = (await program.run(['--version'])).stdout.trim();
  expect(stdout).toContain(`"semanticVersion": "${version}"`);
});

test('a revision in Git is annotated by the path in the repository', async () => {
  const folder = await makeFolder('lint');
  await writeFiles(folder, { 'clusters/a.yaml': blueprint('x: 1') });
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', folder, ...args]);
  git('init', '-q');
  git('add', '-A');
  git(
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@example.com',
    '-c',
    'commit.gpgsign=false',
    'commit',
    '-qm',
    'x',
  );
  const env = { PATH: process.env['PATH'] ?? '', GIT_DIR: join(folder, '.git') };
  const { stdout } = await lint(['git:HEAD:clusters', '-o', 'github'], '', env);
  expect(stdout).toMatch(/^::error file=clusters\/a\.yaml,line=6,col=41,title=unknown-field::/);
});

describe('what cannot be read gives exit code 2', () => {
  test.each([
    ['a file that is not there', ['nowhere.yaml'], '', /^error: nowhere\.yaml: cannot be read: ENOENT/],
    [
      'an empty input',
      ['-'],
      '',
      /^error: standard input: the input holds no object of kind FluxBlueprint\n$/,
    ],
    [
      'an input of another kind',
      ['-'],
      'kind: ConfigMap\n',
      /^error: standard input: the input holds no object/,
    ],
    ['binary', ['-'], '\0\u0001\u0002', /^error: standard input: the input holds no object/],
    ['a device without an end', ['/dev/zero'], '', /^error: \/dev\/zero: the input holds no object/],
    [
      'a wrong context',
      ['-', '--context', 'x'],
      'kind: FluxBlueprint\nmetadata: {}\n',
      /^error: the kubeconfig has no context "x"/,
    ],
  ])('%s', async (_, args, input, message) => {
    const { code, stdout, stderr } = await lint(args, input);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('though what could be read is told too', async () => {
    const file = await program.write('readable.yaml', blueprint('x: 1'));
    const { code, stdout, stderr } = await lint([file, 'nowhere.yaml']);
    expect([code, stdout]).toEqual([2, expect.stringContaining('[unknown-field]')]);
    expect(stderr).toMatch(/^error: nowhere\.yaml: cannot be read: ENOENT.*\n✗ 1 error in 1 blueprint\n$/);
  });

  test('a file without the right to read it', async () => {
    const file = await program.write('forbidden.yaml', blueprint(''));
    await chmod(file, 0);
    const { code, stderr } = await lint([file]);
    // Root may read all.
    const isRoot = process.getuid?.() === 0;
    expect([code, stderr]).toEqual(
      isRoot ? [0, expect.anything()] : [2, expect.stringContaining('cannot be read: EACCES')],
    );
  });

  test('GitHub is told of it as well', async () => {
    const { code, stdout } = await lint(['nowhere.yaml', '-o', 'github']);
    expect([code, stdout]).toEqual([
      2,
      expect.stringMatching(/^::error file=nowhere\.yaml,title=unreadable input::nowhere\.yaml: cannot/),
    ]);
  });
});

test.each([
  [
    'in another encoding',
    Buffer.from(blueprint(''), 'utf16le'),
    /: error: is UTF-16; save it as UTF-8 \[encoding\]\n$/,
  ],
  [
    'with a wrong byte',
    Buffer.from(`${blueprint('')}# f\u00fcr`, 'latin1'),
    /:7:4: error: the byte 0xFC is no UTF-8; .* \[encoding\]\n$/,
  ],
  ['that is broken', `${blueprint('')}\tx: 1\n`, /:7:1: error: .* \[yaml\]\n$/],
  [
    'that is too large',
    `${blueprint('')}  x: ${'x'.repeat(2_000_000)}\n`,
    /:1:1: error: the blueprint has more bytes .* \[too-large\]\n$/,
  ],
  [
    'nested without end',
    `${blueprint('')}  x: ${'['.repeat(10_000)}\n`,
    /:7:\d+: error: is nested too deep to be read \[yaml\]\n$/,
  ],
])('a file %s is an error of its content', async (_, content, message) => {
  const file = await program.write('content.yaml', content);
  const { code, stdout } = await lint([file]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(message)]);
});

test.each([
  ['no file', []],
  ['standard input twice', ['-', '-']],
  ['an unknown output', ['-', '-o', 'xml']],
  ['an unknown severity', ['-', '--fail-on', 'fatal']],
  ['an option of git', ['git:--upload-pack=x:y']],
  ['an unknown option', ['-', '--colour']],
])('%s is wrong usage, reported with exit code 2', async (_, args) => {
  const { code, stdout, stderr } = await lint(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/--help/);
});

test('without a terminal there are no colours', async () => {
  const { stdout, stderr } = await lint(['-'], blueprint('x: 1'), {
    TERM: 'xterm-256color',
    FORCE_COLOR: '1',
  });
  expect(stdout + stderr).not.toContain('\u001b');
});

test('a reader that has seen enough is no error', async () => {
  const layers = Array.from(
    { length: 90 },
    (_, i) => `    - {name: l${i}, kustomization: {x${'x'.repeat(500)}: 1}}`,
  );
  const child = program.start(['lint', '-']);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the streams are piped');
  let reported = '';
  stderr.on('data', (data: Buffer) => (reported += data.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  stdout.destroy();
  stdin.end(blueprint('').replace(/ {2}layers.*\n/, `  layers:\n${layers.join('\n')}\n`));
  expect([
    [0, 1].includes((await code) ?? -1),
    reported.replace(/^✗ 90 errors in 1 blueprint\n$/, ''),
  ]).toEqual([true, '']);
});

test('help tells of the exit codes and of what is printed', async () => {
  const { code, stdout } = await lint(['--help']);
  expect(code).toBe(0);
  for (const word of [
    '<file...>',
    '--output',
    '--fail-on',
    '--no-color',
    'Exit codes: 0',
    'github',
    'git:REV:PATH',
  ])
    expect(stdout).toContain(word);
});
