import { mkdir, readFile, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeFolder } from '../harness/files.ts';
import { Program } from './program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

const HELM_REPOSITORY = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
# Our own charts.
metadata: {name: charts, namespace: flux-system}
spec: {interval: 30m, url: "https://charts.example.com"}
`;

/** A folder with files. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeFolder('import');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

test('a folder becomes a blueprint on standard output, with its comments, which render takes', async () => {
  const folder = await folderWith({ 'charts.yaml': HELM_REPOSITORY });
  const { code, stdout, stderr } = await program.run(['import', folder]);
  expect([code, stderr]).toEqual([0, '1 of 1 objects equal, in 7 lines instead of 4\n']);
  expect(stdout).toContain('# Our own charts.\n');
  const rendered = await program.run(['render', '-'], stdout);
  expect(rendered.code).toBe(0);
  expect(rendered.stdout).toContain('url: https://charts.example.com');
});

test('a summary as JSON says what came of it', async () => {
  const folder = await folderWith({ 'charts.yaml': HELM_REPOSITORY, 'x.yaml': 'kind: {fluxcd.io\n' });
  const { code, stdout } = await program.run(['import', folder, '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    objects: 1,
    equal: 1,
    differences: [],
    linesBefore: 4,
    linesAfter: 7,
    skipped: [{ file: 'x.yaml', what: 'x.yaml' }],
  });
});

test('nothing is written over without --force', async () => {
  const folder = await folderWith({ 'charts.yaml': HELM_REPOSITORY });
  const out = join(folder, 'out');
  expect((await program.run(['import', folder, '--out', out])).code).toBe(0);
  expect((await readdir(out)).sort()).toEqual(['MIGRATION.md', 'platform.yaml']);
  await writeFile(join(out, 'platform.yaml'), 'mine\n');
  const again = await program.run(['import', join(folder, 'charts.yaml'), '--out', out]);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(
    'platform.yaml exists: name another folder, or add --force to write over it\n',
  );
  expect(await readFile(join(out, 'platform.yaml'), 'utf8')).toBe('mine\n');
  expect((await program.run(['import', join(folder, 'charts.yaml'), '--out', out, '--force'])).code).toBe(0);
  expect(await readFile(join(out, 'platform.yaml'), 'utf8')).toContain('kind: FluxBlueprint\n');
});

test('links are not followed, and files of SOPS are not opened', async () => {
  const elsewhere = await folderWith({ 'secret.yaml': HELM_REPOSITORY.replace('charts,', 'linked,') });
  const folder = await folderWith({ 'charts.yaml': HELM_REPOSITORY, 'a.sops.yaml': 'fluxcd.io' });
  await symlink(join(elsewhere, 'secret.yaml'), join(folder, 'link.yaml'));
  await symlink(elsewhere, join(folder, 'folder'));
  const { code, stderr } = await program.run(['import', folder]);
  expect(code).toBe(0);
  expect(stderr).toBe(`skipped: a.sops.yaml:1: a.sops.yaml: is a file of SOPS, and is not opened
skipped: link.yaml:1: link.yaml: is a link, and links are not followed
1 of 1 objects equal, in 7 lines instead of 4
`);
});

test('a file that is too large is told, and so are files that are too many megabytes together', async () => {
  const folder = await folderWith({ 'charts.yaml': HELM_REPOSITORY, 'large.yaml': '' });
  await truncate(join(folder, 'large.yaml'), 110_000_000);
  const { code, stderr } = await program.run(['import', folder]);
  expect(code).toBe(0);
  expect(stderr).toContain(
    'skipped: large.yaml:1: large.yaml: has 110 MB; at most 20 MB of a file are read\n',
  );
  expect(stderr).toContain('1 of 1 objects equal');
  for (let i = 0; i < 6; i++) {
    await writeFile(join(folder, `${i}.yaml`), '');
    await truncate(join(folder, `${i}.yaml`), 19_000_000);
  }
  const all = await program.run(['import', folder]);
  expect([all.code, all.stderr]).toEqual([
    1,
    expect.stringContaining('the YAML files have 115 MB together; at most 100 MB are read: name the folders'),
  ]);
});

test('a folder without any object, and one that is not there, are errors', async () => {
  const folder = await folderWith({ 'a.yaml': 'kind: ConfigMap\n' });
  const empty = await program.run(['import', folder]);
  expect([empty.code, empty.stdout]).toEqual([1, '']);
  expect(empty.stderr).toContain('error: there is no object that a blueprint can hold\n');
  const missing = await program.run(['import', join(folder, 'missing')]);
  expect([missing.code, missing.stdout]).toEqual([1, '']);
  expect(missing.stderr).toMatch(/^error: \S+missing cannot be read: /);
});

test('an overlay without kustomize is told, and one with kustomize is built', async () => {
  const folder = await folderWith({
    'kustomization.yaml': 'resources: [charts.yaml]\nnamePrefix: my-\n',
    'charts.yaml': HELM_REPOSITORY,
    'clusters/one/sync.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: all, namespace: flux-system}
spec: {interval: 10m, prune: true, path: ./clusters/one, sourceRef: {kind: GitRepository, name: fleet}}
`,
    'clusters/one/kustomization.yaml': 'resources: [charts.yaml]\nnamePrefix: my-\n',
    'clusters/one/charts.yaml': HELM_REPOSITORY,
  });
  const without = await program.run(['import', folder, '--depth', 'all'], '', { PATH: '', HOME: folder });
  expect(without.stderr).toContain('is an overlay that was not built: the program kustomize is not on PATH');
  const program2 = join(folder, 'kustomize');
  await writeFile(
    program2,
    `#!/bin/sh\necho '${HELM_REPOSITORY.replace(/#.*\n/, '').replace('charts,', 'my-charts,')}'\n`,
    { mode: 0o755 },
  );
  const built = await program.run(['import', folder, '--depth', 'all'], '', { PATH: folder, HOME: folder });
  expect(built.code).toBe(0);
  expect(built.stdout).toContain('name: my-charts');
});

test('wrong words for options are wrong usage', async () => {
  expect((await program.run(['import', '.', '--depth', 'deep'])).code).toBe(2);
  expect((await program.run(['import'])).code).toBe(2);
});
