import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findFluxCrds } from './flux-crds.ts';
import { createPlainProgress } from '../progress.ts';
import { readSources, type Sources } from '../programs/sources.ts';

const path = process.env['PATH'];
let folder: string;
let sources: Sources;
let printed: string;
let server: Server | undefined;
const progress = createPlainProgress({ write: (text) => (printed += text) });

const names = [
  ...[
    'buckets',
    'externalartifacts',
    'gitrepositories',
    'helmcharts',
    'helmrepositories',
    'ocirepositories',
  ].map((plural) => `${plural}.source.toolkit.fluxcd.io`),
  'helmreleases.helm.toolkit.fluxcd.io',
  'kustomizations.kustomize.toolkit.fluxcd.io',
  ...['alerts', 'providers', 'receivers'].map((plural) => `${plural}.notification.toolkit.fluxcd.io`),
  ...['imagepolicies', 'imagerepositories', 'imageupdateautomations'].map(
    (plural) => `${plural}.image.toolkit.fluxcd.io`,
  ),
];

function writeCrd(name: string): string {
  return `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${name}\n`;
}

/** Sources of which none works at first: no folder, an empty cache, a closed port, and no Go on the path. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-test-'));
  printed = '';
  sources = {
    ...readSources({}),
    cache: join(folder, 'cache'),
    fluxInstall: 'http://127.0.0.1:3/install.yaml',
  };
  process.env['PATH'] = folder;
});

afterEach(async () => {
  process.env['PATH'] = path;
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function serveInstall(crds: readonly string[]): Promise<void> {
  const other = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n';
  const text = [other, ...crds.map(writeCrd), other].join('---\n');
  server = createServer((_request, response) => response.end(text));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  sources.fluxInstall = `http://127.0.0.1:${(server.address() as AddressInfo).port}/install.yaml`;
}

test('when no way works, each says why, in order', async () => {
  sources.fluxCrds = join(folder, 'nowhere');
  await expect(findFluxCrds(progress, sources)).rejects.toThrow('Flux CRDs: no way worked');
  const notes = printed.split('\n').filter((line) => line.startsWith('Flux CRDs: not'));
  expect(notes).toEqual([
    `Flux CRDs: not from FLUX_CRDS: there is no ${sources.fluxCrds}`,
    `Flux CRDs: not from the cache: there is no ${join(sources.cache, 'flux-v2.9.4', 'crds')}`,
    "Flux CRDs: not from Flux's release: connect ECONNREFUSED 127.0.0.1:3",
    'Flux CRDs: not from Go modules: go is not on the PATH',
  ]);
});

test('FLUX_CRDS is taken as it is when it has every kind that we need', async () => {
  const dir = join(folder, 'crds');
  await mkdir(dir);
  await writeFile(join(dir, 'all.yaml'), names.map(writeCrd).join('---\n'));
  sources.fluxCrds = dir;
  expect(await findFluxCrds(progress, sources)).toEqual({ dir });
  await writeFile(join(dir, 'all.yaml'), names.slice(1).map(writeCrd).join('---\n'));
  await expect(findFluxCrds(progress, sources)).rejects.toThrow(`${dir} lacks ${names[0] ?? ''}`);
});

test("of Flux's release the CRDs alone are kept, one in each file, and then come from the cache", async () => {
  await serveInstall(names);
  const { dir } = await findFluxCrds(progress, sources);
  expect((await readdir(dir)).sort()).toEqual(names.map((name) => `${name}.yaml`).sort());
  expect(await readFile(join(dir, `${names[0] ?? ''}.yaml`), 'utf8')).toBe(writeCrd(names[0] ?? ''));
  printed = '';
  sources.fluxInstall = 'http://127.0.0.1:3/install.yaml';
  expect(await findFluxCrds(progress, sources)).toEqual({ dir });
  expect(printed).toBe(`Flux CRDs: from the cache (${dir})\n`);
});

test('an incomplete release is not kept', async () => {
  await serveInstall(names.slice(1));
  await expect(findFluxCrds(progress, sources)).rejects.toThrow(`it lacks ${names[0] ?? ''}`);
  expect(await readdir(sources.cache)).toEqual(['unfinished']);
  expect(await readdir(join(sources.cache, 'unfinished'))).toEqual([]);
});

test('an incomplete folder in the cache is replaced', async () => {
  const dir = join(sources.cache, 'flux-v2.9.4', 'crds');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, `${names[0] ?? ''}.yaml`), writeCrd(names[0] ?? ''));
  await serveInstall(names);
  await findFluxCrds(progress, sources);
  expect(await readdir(dir)).toHaveLength(names.length);
});

test('several at once leave one complete folder', async () => {
  await serveInstall(names);
  const found = await Promise.all([1, 2, 3, 4].map(() => findFluxCrds(progress, sources)));
  expect(new Set(found.map(({ dir }) => dir)).size).toBe(1);
  expect(await readdir(found[0]?.dir ?? '')).toHaveLength(names.length);
  expect(await readdir(join(sources.cache, 'unfinished'))).toEqual([]);
});

test('the Go modules hold every CRD that we need', async () => {
  process.env['PATH'] = path;
  const { dir } = await findFluxCrds(progress, sources);
  expect(printed).toContain(`Flux CRDs: from Go modules (${dir})\n`);
  expect((await readdir(dir)).sort()).toEqual(names.map((name) => `${name}.yaml`).sort());
});
