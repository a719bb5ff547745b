import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { describePlugin, packExecutable, packNpm } from '../../build/release.ts';
import { makeFolder } from '../../harness/files.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const sample = join(root, 'config', 'samples', 'smallest.yaml');

let folder: string;
let version: string;
let rendered: string;

beforeAll(async () => {
  folder = await makeFolder('release');
  ({ version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string });
  const fromSource = ['--disable-warning=ExperimentalWarning', join(root, 'src', 'app', 'main.ts')];
  rendered = (await run(process.execPath, [...fromSource, 'render', sample])).stdout;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program in an empty folder, with nothing of this environment but the PATH that is given. */
async function runAlone(program: string, args: readonly string[], path = '/usr/bin:/bin') {
  const env = { PATH: path, HOME: folder };
  return run(program, args, { cwd: folder, env }).catch(
    (error: unknown) => error as { stdout: string; stderr: string; code: number },
  );
}

test('the npm package is installed in an empty folder with no other package, and renders what the sources render', async () => {
  const archive = await packNpm(folder);
  expect(basename(archive)).toBe(`fluxblueprint-${version}.tgz`);
  const home = join(folder, 'installed');
  await run('npm', [
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    '--offline',
    '--prefix',
    home,
    archive,
  ]);
  const names = (await run('ls', [join(home, 'node_modules')])).stdout.trim().split('\n');
  expect(names).toEqual(['fluxblueprint']);
  const path = `${join(process.execPath, '..')}:/usr/bin:/bin`;
  const bin = join(home, 'node_modules', '.bin', 'fluxblueprint');
  expect(await runAlone(bin, ['render', sample], path)).toMatchObject({ stdout: rendered });
  expect((await runAlone(bin, ['--version'], path)).stdout.trim()).toBe(version);
  const licences = await readFile(
    join(home, 'node_modules', 'fluxblueprint', 'dist', 'LICENCES.txt'),
    'utf8',
  );
  expect(licences).toMatch(/^commander \d+\.\d+\.\d+: MIT$/mu);
});

test('the program of one file needs no Node, renders what the sources render, and says where the operator is', async () => {
  const archive = await packExecutable(folder, 'linux-x64');
  await run('tar', ['-xzf', archive, '-C', folder]);
  const program = join(folder, 'fluxblueprint');
  expect(await runAlone(program, ['render', sample])).toMatchObject({ stdout: rendered, stderr: '' });
  expect((await runAlone(program, ['--version'])).stdout.trim()).toBe(version);
  expect(await runAlone(program, ['lint', sample])).toMatchObject({
    stderr: expect.not.stringContaining('Error'),
  });
  const operator = await runAlone(program, ['operator']);
  expect(operator).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the operator runs from its image'),
  });
  const cluster = await runAlone(program, ['get']);
  expect(cluster).toMatchObject({ code: expect.any(Number) });
  expect((await stat(archive)).size).toBeLessThan(80e6);
});

test("krew's manifest names each archive with its digest", async () => {
  const archive = join(folder, `fluxblueprint-${version}-linux-x64.tar.gz`);
  const manifest = (await describePlugin({ 'linux-x64': archive })) as {
    spec: { platforms: { uri: string; sha256: string; bin: string; selector: object }[] };
  };
  const sha256 = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  expect(manifest).toMatchObject({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'fluxblueprint' },
    spec: { version: `v${version}` },
  });
  expect(manifest.spec.platforms).toEqual([
    {
      selector: { matchLabels: { os: 'linux', arch: 'amd64' } },
      uri: expect.stringContaining(basename(archive)),
      sha256,
      bin: 'fluxblueprint',
    },
  ]);
  expect(parse(JSON.stringify(manifest))).toEqual(manifest);
});
