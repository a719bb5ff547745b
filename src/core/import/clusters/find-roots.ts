import { toLabel } from '../build/names.ts';
import type { SourceObject } from '../read/source-object.ts';
import { textAt } from '../../values/json.ts';
import { findPath, folderOf, isWithin, normalizePath } from './paths.ts';
import { type Repository, hasFolder } from './repository.ts';

/** Where a cluster begins. */
export interface Root {
  /** The name of the cluster, by its folder. */
  name: string;
  /** The folder; undefined for all files together. */
  path: string | undefined;
  /** The objects that deploy the folder itself, and so the blueprint too: they stay. */
  bootstrap: readonly SourceObject[];
  /** Whether it is a cluster only where no other one deploys its files: nothing says that it is one. */
  isGuess?: boolean;
}

/** Names of folders that say nothing about which cluster it is. */
const NAMELESS: ReadonlySet<string> = new Set([
  'flux',
  'flux-system',
  'kubernetes',
  'k8s',
  'config',
  'cluster',
  'clusters',
  'base',
  'bootstrap',
  '',
]);

/** A folder that is deployed, and the object that does it; undefined where nobody knows. */
interface Beginning {
  path: string;
  object: SourceObject | undefined;
  isGuess?: boolean;
}

/**
 * Finds where clusters begin: what Kustomizations deploy with their own file in it, or an instance of Flux deploys;
 * else the folders below a folder `clusters`; else those with Kustomizations that no other one deploys.
 */
export function findRoots(repository: Repository): Root[] {
  const all = [...repository.objects.values()].flat();
  for (const find of [findBootstraps, findClusters, findTops]) {
    const found = find(repository, all);
    if (found.length > 0) return toRoots([...found, ...findSiblings(repository, all, found)], all);
  }
  return [{ name: 'platform', path: undefined, bootstrap: [] }];
}

function toRoots(found: readonly Beginning[], all: readonly SourceObject[]): Root[] {
  const paths = [...new Set(found.map(({ path }) => path))];
  const outermost = paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)));
  const names = new Set<string>();
  return outermost.map((path) => ({
    name: nameOf(path, names),
    path,
    isGuess: found.every((one) => one.path !== path || one.isGuess === true),
    bootstrap: found
      .filter((one) => one.path === path)
      .flatMap(({ object }) => (object === undefined ? [] : withSource(object, all))),
  }));
}

function findBootstraps(repository: Repository, all: readonly SourceObject[]): Beginning[] {
  return all.flatMap((object) => {
    const path = instancePath(object) ?? selfPath(object);
    const folder =
      path === undefined ? undefined : findPath(path, object.file, (at) => hasFolder(repository, at));
    return folder === undefined ? [] : [{ path: folder, object: isInstalled(object) ? undefined : object }];
  });
}

function isA(object: SourceObject, group: string, kind: string): boolean {
  return object.group === group && object.kind === kind;
}

function isInstalled(object: SourceObject): boolean {
  return isA(object, 'helm.toolkit.fluxcd.io', 'HelmRelease');
}

/** The folder that an instance of Flux deploys: one of flux-operator, or of its chart. */
function instancePath(object: SourceObject): string | undefined {
  const steps = isInstalled(object) ? ['values', 'instance', 'sync', 'path'] : ['sync', 'path'];
  if (!isInstalled(object) && !isA(object, 'fluxcd.controlplane.io', 'FluxInstance')) return undefined;
  const path = textAt(object.spec, steps);
  return path === undefined ? undefined : normalizePath(path);
}

/** The folder that a Kustomization deploys with its own file in it; undefined where it does not. */
function selfPath(object: SourceObject): string | undefined {
  if (!isA(object, 'kustomize.toolkit.fluxcd.io', 'Kustomization')) return undefined;
  const path = normalizePath(textAt(object.spec, ['path']) ?? '');
  if (path === undefined || !isWithin(folderOf(object.file), path)) return undefined;
  // The root of a repository holds every file, and nearly always another repository is meant.
  const isBootstrap = object.file.endsWith('gotk-sync.yaml') || object.name === 'flux-system';
  return path === '' && !isBootstrap ? undefined : path;
}

/** An object that deploys a cluster, with the source that stands beside it. */
function withSource(object: SourceObject, all: readonly SourceObject[]): SourceObject[] {
  const ref = {
    kind: textAt(object.spec, ['sourceRef', 'kind']),
    name: textAt(object.spec, ['sourceRef', 'name']),
  };
  const source = all.filter(
    ({ file, kind, name }) => file === object.file && kind === ref.kind && name === ref.name,
  );
  return [object, ...source];
}

/** The folders below a folder `clusters` that hold objects. */
function findClusters({ folders }: Repository, all: readonly SourceObject[]): Beginning[] {
  const parents = [...folders.keys()].filter((path) => path === 'clusters' || path.endsWith('/clusters'));
  return parents
    .flatMap((path) => folders.get(path) ?? [])
    .filter((folder) => all.some(({ file }) => isWithin(file, folder)))
    .map((path) => ({ path, object: undefined }));
}

/** Folders beside those of clusters, below a folder `clusters`: their bootstrap may be in no file. */
function findSiblings(
  repository: Repository,
  all: readonly SourceObject[],
  found: readonly Beginning[],
): Beginning[] {
  const deployers = all.filter((object) => isA(object, 'kustomize.toolkit.fluxcd.io', 'Kustomization'));
  return findClusters(repository, deployers)
    .filter(({ path }) => !found.some((one) => isWithin(path, one.path) || isWithin(one.path, path)))
    .map((one) => ({ ...one, isGuess: true }));
}

/** The folders of Kustomizations that are in the path of no other one, where one of them has a path in here. */
function findTops(repository: Repository, all: readonly SourceObject[]): Beginning[] {
  const deployers = all.flatMap((object) => {
    const path = isA(object, 'kustomize.toolkit.fluxcd.io', 'Kustomization')
      ? findPath(
          textAt(object.spec, ['path']) ?? '',
          object.file,
          (at) => at !== '' && hasFolder(repository, at),
        )
      : undefined;
    return path === undefined ? [] : [{ object, path }];
  });
  const tops = deployers.filter(
    ({ object }) => !deployers.some((other) => other.object !== object && isWithin(object.file, other.path)),
  );
  return tops.map(({ object }) => ({ path: folderOf(object.file), object: undefined }));
}

function nameOf(path: string, names: Set<string>): string {
  const parts = path.split('/').reverse();
  const own = toLabel(parts.find((part) => !NAMELESS.has(part)) ?? 'platform');
  const name = names.has(own) ? toLabel(path) : own;
  names.add(name);
  return name;
}
