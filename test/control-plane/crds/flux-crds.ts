/**
 * The CRDs that a control plane is given beside our own: Flux's, found by the first way that works, and a small one of
 * External Secrets.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { makeWorkFolder } from '../programs/cache.ts';
import { downloadText } from '../programs/download.ts';
import { chooseProgress, type Progress } from '../progress.ts';
import { fluxVersion, readSources, type Sources } from '../programs/sources.ts';
import { takeFirstWay } from '../programs/fallbacks.ts';
import { listYamlFiles, readModuleCrds } from './module-crds.ts';

/** The group of image automation: its schemas are checked offline, and no control plane needs its kinds. */
const images = 'image.toolkit.fluxcd.io';

/** The kinds that a FluxBlueprint makes, watches or checks; a folder without one of them is not complete. */
const neededCrds = [
  ...[
    'buckets',
    'gitrepositories',
    'helmcharts',
    'helmrepositories',
    'ocirepositories',
    'externalartifacts',
  ].map((plural) => `${plural}.source.toolkit.fluxcd.io`),
  'kustomizations.kustomize.toolkit.fluxcd.io',
  'helmreleases.helm.toolkit.fluxcd.io',
  ...['alerts', 'providers', 'receivers'].map((plural) => `${plural}.notification.toolkit.fluxcd.io`),
  ...['imagepolicies', 'imagerepositories', 'imageupdateautomations'].map((plural) => `${plural}.${images}`),
];

/** The CRDs in a text of YAML documents, by name, each as YAML. */
function readCrds(text: string): Map<string, string> {
  const crds = new Map<string, string>();
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as { kind?: string; metadata?: { name?: string } } | null;
    if (object?.kind !== 'CustomResourceDefinition') continue;
    crds.set(object.metadata?.name ?? '', document.toString({ directives: false }));
  }
  return crds;
}

function requireNeeded(names: Iterable<string>, where: string): void {
  const there = new Set(names);
  const missing = neededCrds.filter((name) => !there.has(name));
  if (missing.length > 0) throw new Error(`${where} lacks ${missing.join(', ')}`);
}

async function checkGivenFolder(dir: string): Promise<{ dir: string }> {
  if (!existsSync(dir)) throw new Error(`there is no ${dir}`);
  const found: string[] = [];
  for (const name of await listYamlFiles(dir)) {
    found.push(...readCrds(await readFile(join(dir, name), 'utf8')).keys());
  }
  requireNeeded(found, dir);
  return { dir };
}

function cachedFolder(sources: Sources): string {
  return join(sources.cache, `flux-${fluxVersion}`, 'crds');
}

async function checkCachedFolder(sources: Sources): Promise<{ dir: string }> {
  const dir = cachedFolder(sources);
  if (!existsSync(dir)) throw new Error(`there is no ${dir}`);
  const names = await listYamlFiles(dir);
  requireNeeded(
    names.map((name) => name.replace(/\.yaml$/u, '')),
    dir,
  );
  return { dir };
}

/** Puts the CRDs into the cache, whole or not at all. */
async function store(
  texts: readonly string[],
  workFolder: string,
  sources: Sources,
): Promise<{ dir: string }> {
  const crds = new Map(texts.flatMap((text) => [...readCrds(text)]));
  requireNeeded(crds.keys(), 'it');
  const unfinished = join(workFolder, 'crds');
  await mkdir(unfinished);
  for (const [name, text] of crds) await writeFile(join(unfinished, `${name}.yaml`), text);
  const dir = cachedFolder(sources);
  await mkdir(dirname(dir), { recursive: true });
  try {
    await rename(unfinished, dir);
  } catch {
    // A folder is there: another process was faster, or it is of no use.
    try {
      return await checkCachedFolder(sources);
    } catch {
      await rm(dir, { recursive: true, force: true });
      await rename(unfinished, dir);
    }
  }
  return { dir };
}

async function download(sources: Sources, progress: Progress): Promise<{ dir: string }> {
  const task = progress.start(`Downloading the CRDs of Flux ${fluxVersion}`);
  try {
    const text = await downloadText(sources.fluxInstall);
    const workFolder = await makeWorkFolder(sources.cache, 'flux-crds');
    try {
      const stored = await store([text], workFolder, sources);
      task.done();
      return stored;
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
  } catch (error) {
    task.fail();
    throw error;
  }
}

async function downloadModules(sources: Sources, progress: Progress): Promise<{ dir: string }> {
  const task = progress.start(`Downloading the Go modules that hold Flux's CRDs`);
  try {
    const onLine = (line: string): void => {
      task.update(line);
    };
    const texts = await readModuleCrds({ program: 'flux-crds', onLine }, sources);
    const workFolder = await makeWorkFolder(sources.cache, 'flux-crds');
    const stored = await store(texts, workFolder, sources).finally(() =>
      rm(workFolder, { recursive: true, force: true }),
    );
    task.done();
    return stored;
  } catch (error) {
    task.fail();
    throw error;
  }
}

/**
 * Finds a folder with Flux's CRDs: `FLUX_CRDS`, else the cache, else Flux's release, else its Go modules (which may
 * be a patch behind the release). Says which way it takes and why a way failed; rejects when none works.
 */
export async function findFluxCrds(
  progress: Progress = chooseProgress(),
  sources: Sources = readSources(),
): Promise<{ dir: string }> {
  const { fluxCrds } = sources;
  const ways = [
    {
      name: 'from FLUX_CRDS',
      take: async () => (fluxCrds === undefined ? undefined : await checkGivenFolder(fluxCrds)),
    },
    { name: 'from the cache', take: () => checkCachedFolder(sources) },
    { name: `from Flux's release`, take: () => download(sources, progress) },
    { name: 'from Go modules', take: () => downloadModules(sources, progress) },
  ];
  return await takeFirstWay('Flux CRDs', ways, progress);
}

/**
 * The files of Flux's CRDs, for `ControlPlaneOptions.crds`, but for those of image automation, which many clusters do
 * not have. Rejects when they cannot be had.
 */
export async function fluxCrdFiles(progress?: Progress): Promise<string[]> {
  const { dir } = await findFluxCrds(progress);
  const files = (await listYamlFiles(dir)).map((name) => join(dir, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return files.filter((_, i) => !isOfImages(texts[i] ?? ''));
}

/** Whether all groups that a file of CRDs names are the one of image automation. */
function isOfImages(text: string): boolean {
  const groups = [...text.matchAll(/^ {2}group: (\S+)$/gmu)].map(([, group]) => group);
  return groups.length > 0 && groups.every((group) => group === images);
}
