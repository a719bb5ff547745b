import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findBinaries } from './binaries.ts';
import { writeTinyModule } from '../fixtures/tiny-modules.ts';
import { createPlainProgress } from '../progress.ts';
import { namePlatform, readSources, type Sources } from './sources.ts';

const run = promisify(execFile);
const path = process.env['PATH'];
let folder: string;
let sources: Sources;
let printed: string;
let server: Server | undefined;
const progress = createPlainProgress({ write: (text) => (printed += text) });

/** Sources of which none works at first: no assets, an empty cache, a closed port, and no Go on the path. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-test-'));
  printed = '';
  sources = {
    ...readSources({}),
    cache: join(folder, 'cache'),
    envtestIndex: 'http://127.0.0.1:3/index.yaml',
    programs: join(folder, 'programs'),
  };
  await writeTinyModule(sources.programs, 'kube-apiserver');
  await writeTinyModule(sources.programs, 'etcd');
  process.env['PATH'] = folder;
});

afterEach(async () => {
  process.env['PATH'] = path;
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function writePrograms(dir: string, names: readonly string[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const name of names) {
    await writeFile(join(dir, name), '#!/bin/sh\n');
    await chmod(join(dir, name), 0o755);
  }
}

/** Serves files by name on a free port of the loopback interface. */
async function serve(files: Record<string, Buffer | string>): Promise<string> {
  server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serveEnvtest(hash?: string): Promise<void> {
  const names = ['etcd', 'kube-apiserver', 'kubectl'];
  await writePrograms(join(folder, 'controller-tools', 'envtest'), names);
  const file = join(folder, 'envtest.tar.gz');
  process.env['PATH'] = path;
  await run('tar', ['-czf', file, '-C', folder, 'controller-tools']);
  process.env['PATH'] = folder;
  const archive = await readFile(file);
  const files: Record<string, Buffer | string> = { '/envtest.tar.gz': archive };
  const origin = await serve(files);
  const sha512 = hash ?? createHash('sha512').update(archive).digest('hex');
  const entry = { hash: sha512, selfLink: `${origin}/envtest.tar.gz` };
  const releases = { 'v1.35.0': { [`envtest-v1.35.0-${namePlatform()}.tar.gz`]: entry } };
  files['/index.yaml'] = JSON.stringify({ releases });
  sources.envtestIndex = `${origin}/index.yaml`;
}

test('when no way works, each says why, in order', async () => {
  sources.assets = join(folder, 'nowhere');
  await expect(findBinaries(progress, sources)).rejects.toThrow('Kubernetes binaries: no way worked');
  const notes = printed.split('\n').filter((line) => line.startsWith('Kubernetes binaries: not'));
  expect(notes).toHaveLength(4);
  expect(notes[0]).toContain(`from KUBEBUILDER_ASSETS: ${sources.assets} has no executable kube-apiserver`);
  expect(notes[1]).toContain('from the cache: ');
  expect(notes[2]).toContain("by envtest's download: connect ECONNREFUSED 127.0.0.1:3");
  expect(notes[3]).toContain('by go build: go is not on the PATH');
});

test('KUBEBUILDER_ASSETS goes before everything else', async () => {
  sources.assets = join(folder, 'assets');
  await writePrograms(sources.assets, ['kube-apiserver', 'etcd']);
  expect(await findBinaries(progress, sources)).toEqual({ dir: sources.assets });
  expect(printed).toBe(`Kubernetes binaries: from KUBEBUILDER_ASSETS (${sources.assets})\n`);
});

test('assets without etcd are not taken', async () => {
  sources.assets = join(folder, 'assets');
  await writePrograms(sources.assets, ['kube-apiserver']);
  await expect(findBinaries(progress, sources)).rejects.toThrow(`${sources.assets} has no executable etcd`);
});

test('what envtest published is downloaded once and then comes from the cache', async () => {
  await serveEnvtest();
  const { dir } = await findBinaries(progress, sources);
  expect((await readdir(dir)).sort()).toEqual(['etcd', 'kube-apiserver', 'kubectl']);
  expect(printed).toContain(`Kubernetes binaries: by envtest's download (${dir})\n`);
  sources.envtestIndex = 'http://127.0.0.1:3/index.yaml';
  printed = '';
  expect(await findBinaries(progress, sources)).toEqual({ dir });
  expect(printed).toBe(`Kubernetes binaries: from the cache (${dir})\n`);
});

test('a download with the wrong checksum leaves nothing in the cache', async () => {
  await serveEnvtest('0'.repeat(128));
  await expect(findBinaries(progress, sources)).rejects.toThrow('SHA-512 mismatch');
  expect(await readdir(sources.cache)).toEqual(['unfinished']);
  expect(await readdir(join(sources.cache, 'unfinished'))).toEqual([]);
});

test('what Go has built is found in the cache afterwards', async () => {
  process.env['PATH'] = path;
  const { dir } = await findBinaries(progress, sources);
  expect(printed).toContain(`Kubernetes binaries: by go build (${dir})\n`);
  expect((await run(join(dir, 'etcd'))).stdout).toBe('etcd\n');
  printed = '';
  expect(await findBinaries(progress, sources)).toEqual({ dir });
  expect(printed).toBe(`Kubernetes binaries: from the cache (${dir})\n`);
});
