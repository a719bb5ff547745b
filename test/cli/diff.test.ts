import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Program } from './program.ts';

let program: Program;
let folder: string;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

beforeEach(async () => {
  folder = join(program.folder, crypto.randomUUID());
  await mkdir(join(folder, 'clusters'), { recursive: true });
});

const blueprint = (
  name: string,
  interval: string,
  ...layers: string[]
): string => `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: ${name}, namespace: flux-system}
spec:
  sources:
    - {name: fleet-of-${name}, git: {url: https://example.com/fleet.git, ref: {branch: main}}}
  layers:
${layers.map((layer) => `    - {name: ${layer}, kustomization: {interval: ${interval}}}`).join('\n')}
`;

async function write(name: string, content: string): Promise<void> {
  await writeFile(join(folder, name), content);
}

/** Runs `diff` in the folder of the test, with no kubeconfig anywhere. */
function diff(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program.file, 'diff', ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'ignore' });
}

function commitAll(): void {
  git('init', '--initial-branch=main');
  git('add', '.');
  git('commit', '--message', 'all');
}

test('two files are compared without a cluster', async () => {
  await write('old.yaml', blueprint('platform', '10m', 'base', 'apps'));
  await write('new.yaml', blueprint('platform', '5m', 'base', 'more'));
  const { code, stdout, stderr } = diff('new.yaml', '--against', 'old.yaml');
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^FluxBlueprint flux-system\/platform: 1 to delete, 1 to change, 1 to create; 1 stays as it is\n/,
  );
  expect(stdout).toContain(
    '  DELETED: 1 object\n    - Kustomization/flux-system/apps  with all that it deployed\n',
  );
  expect(code).toBe(1);
  const same = diff('new.yaml', '--against', 'new.yaml');
  expect([same.code, same.stdout]).toEqual([
    0,
    'FluxBlueprint flux-system/platform: nothing changes; 3 stay as they are\n',
  ]);
});

test('a revision stands for the same paths; what came since is new, and what is gone is deleted', async () => {
  await write('clusters/platform.yaml', blueprint('platform', '10m', 'base'));
  await write('clusters/gone.yaml', blueprint('gone', '10m', 'gone'));
  commitAll();
  expect(diff('clusters', '--against', 'git:main').code).toBe(0);
  await write('clusters/platform.yaml', blueprint('platform', '5m', 'base'));
  await write('clusters/fresh.yaml', blueprint('fresh', '5m', 'fresh'));
  await rm(join(folder, 'clusters/gone.yaml'));
  for (const path of ['clusters', 'clusters/', '.', folder]) {
    const { stdout, stderr, code } = diff(path, '--against', 'git:main', '-o', 'json');
    expect([code, stderr]).toEqual([1, '']);
    const { blueprints } = JSON.parse(stdout) as { blueprints: object[] };
    expect(blueprints).toEqual([
      expect.objectContaining({ name: 'gone', delete: 2, create: 0, update: 0 }),
      expect.objectContaining({ name: 'fresh', delete: 0, create: 2, update: 0 }),
      expect.objectContaining({ name: 'platform', delete: 0, create: 0, update: 1, unchanged: 1 }),
    ]);
  }
  expect(diff('clusters/fresh.yaml', '--against', 'git:main').stdout).toContain('fresh: 2 to create\n');
  expect(diff('git:HEAD:clusters', '--against', 'git:main').code).toBe(0);
  expect(diff('clusters/platform.yaml', '--against', 'git:main:clusters/platform.yaml').code).toBe(1);
});

test('blueprints of one name, for several clusters, are told apart by their paths', async () => {
  await mkdir(join(folder, 'clusters/staging'));
  await write('clusters/platform.yaml', blueprint('platform', '10m', 'base'));
  await write('clusters/staging/platform.yaml', blueprint('platform', '1h', 'base'));
  commitAll();
  await write('clusters/staging/platform.yaml', blueprint('platform', '2h', 'base'));
  const { stdout } = diff('clusters', '--against', 'git:main');
  expect(stdout).toContain('platform: nothing changes');
  expect(stdout).toContain('~ spec.interval: 1h → 2h');
});

test('a comment for a pull request is markdown', async () => {
  await write('old.yaml', blueprint('platform', '10m', 'base', 'apps'));
  await write('new.yaml', blueprint('platform', '5m', 'base'));
  const { stdout } = diff('new.yaml', '--against', 'old.yaml', '-o', 'markdown');
  expect(stdout).toMatch(
    /^### What this changes\n\n- `FluxBlueprint flux-system\/platform`: 1 to delete, 1 to change/,
  );
  expect(stdout).toContain('#### ⚠️ 1 object is deleted\n\n```diff\n- Kustomization/flux-system/apps');
});

test.each([
  [['new.yaml', '--against', 'missing.yaml'], /missing\.yaml cannot be read/],
  [['missing.yaml', '--against', 'new.yaml'], /missing\.yaml cannot be read/],
  [['new.yaml', '--against', 'wrong.yaml'], /wrong\.yaml: .*kustomisation/],
  [['wrong.yaml', '--against', 'new.yaml'], /wrong\.yaml: .*kustomisation/],
  [['new.yaml', '--against', 'broken.yaml'], /broken\.yaml/],
  [['new.yaml', '--against', 'git:nowhere'], /git knows no commit "nowhere"/],
  [['new.yaml', '--against', 'git:main:none.yaml'], /main has no path "none\.yaml"/],
  [['new.yaml', '--against', 'git:-x'], /cannot begin with a hyphen/],
  [['new.yaml', '--against', ''], /It is empty/],
  [['-', '--against', 'git:main'], /standard input has no path in a revision/],
  [['empty.yaml', '--against', 'empty.yaml'], /holds no object of kind FluxBlueprint/],
])('what cannot be compared is told, with exit code 2: %j', async (args, says) => {
  await write('new.yaml', blueprint('platform', '5m', 'base'));
  await write('wrong.yaml', blueprint('platform', '5m', 'base').replace('kustomization', 'kustomisation'));
  await write('broken.yaml', 'kind: FluxBlueprint\nspec: [\n');
  await write('empty.yaml', 'kind: ConfigMap\n');
  commitAll();
  const { code, stdout, stderr } = diff(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
});
