import { type ExecFileException, execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { makeFolder } from '../harness/files.ts';
import { Program } from './program.ts';

const run = promisify(execFile);

interface Step {
  name?: string;
  run?: string;
}

let program: Program;
let steps: readonly Step[];
let hasDiff: boolean;

beforeAll(async () => {
  program = await Program.bundle();
  const workflow = await readFile(new URL('../../docs/workflows/blueprints.yaml', import.meta.url), 'utf8');
  ({ steps } = (parse(workflow) as { jobs: { review: { steps: Step[] } } }).jobs.review);
  const quote = (word: string): string => `'${word}'`;
  const call = [process.execPath, program.file].map(quote).join(' ');
  await writeProgram('fluxblueprint', `exec ${call} "$@"`);
  // What GitHub's program is called with is all that this machine can know.
  await writeProgram('gh', 'echo "gh $*"');
  hasDiff = (await program.run(['__complete', '--', 'diff'])).stdout.startsWith('diff\t');
});

afterAll(() => program.remove());

async function writeProgram(name: string, body: string): Promise<void> {
  await chmod(await program.write(name, `#!/bin/sh\n${body}\n`), 0o755);
}

const BLUEPRINT = `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: shop, namespace: shop}
spec:
  sources: [{name: fleet, git: {url: https://github.com/org/repo, ref: {tag: v1}}}]
  layers: [{name: apps, kustomization: {}}]
`;

/** A clone of a repository, with a commit on `main` and one behind it. */
async function makeRepository(
  changes: Readonly<Record<string, string>>,
): Promise<{ folder: string; base: string }> {
  const folder = await makeFolder('workflow');
  const git = async (...args: string[]): Promise<string> =>
    (
      await run('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args])
    ).stdout.trim();
  const commit = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'change');
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  await commit({ 'blueprints/shop.yaml': BLUEPRINT });
  const base = await git('rev-parse', 'HEAD');
  await commit(changes);
  return { folder, base };
}

/** Runs a step as GitHub does, by `bash -e`. */
function runStep(
  name: string,
  { folder, base }: { folder: string; base: string },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = steps.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`the workflow has no step ${name}`);
  const env = {
    PATH: `${program.folder}:${process.env['PATH'] ?? ''}`,
    HOME: program.folder,
    BLUEPRINTS: 'blueprints',
    BASE: base,
    NUMBER: '7',
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
  };
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd: folder, env },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

test('what the operator would refuse fails the run, in the line where it stands', async () => {
  const good = await makeRepository({ 'blueprints/shop.yaml': BLUEPRINT.replace('tag: v1', 'tag: v2') });
  expect(await runStep('Lint', good)).toMatchObject({ code: 0, stdout: '' });
  const wrong = await makeRepository({ 'blueprints/shop.yaml': BLUEPRINT.replace('layers', 'layer') });
  const { code, stdout } = await runStep('Lint', wrong);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^::error file=blueprints\/shop\.yaml,line=6/m);
});

test('a plain Secret fails the run', async () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2}\n';
  const { code, stdout } = await runStep(
    'Check secrets',
    await makeRepository({ 'apps/secret.yaml': secret }),
  );
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^✗ apps\/secret\.yaml holds a plain Secret/)]);
  expect((await runStep('Check secrets', await makeRepository({ 'apps/a.yaml': 'a: 1\n' }))).code).toBe(0);
});

test('a difference is written, commented and put into the summary', async () => {
  const repository = await makeRepository({
    'blueprints/shop.yaml': BLUEPRINT.replace('tag: v1', 'tag: v2'),
  });
  if (hasDiff) {
    const { code, stderr } = await runStep('Diff', repository);
    expect([code, stderr]).toEqual([0, '']);
  } else await writeFile(join(repository.folder, 'diff.md'), 'tag: v2\n');
  expect(await readFile(join(repository.folder, 'diff.md'), 'utf8')).toContain('v2');
  const { code, stdout } = await runStep('Comment', repository);
  expect([code, stdout]).toEqual([0, 'gh pr comment 7 --edit-last --create-if-none --body-file diff.md\n']);
  expect(await readFile(join(repository.folder, 'summary.md'), 'utf8')).toContain('v2');
});
