import { toLabel } from '../build/names.ts';
import type { SourceObject } from '../read/source-object.ts';
import { textAt } from '../../values/json.ts';
import { folderOf, isWithin, normalizePath } from './paths.ts';
import { type Repository, hasFolder } from './repository.ts';

/** Where a cluster begins. */
export interface Root {
  /** The name of the cluster, by its folder. */
  name: string;
  /** The folder; undefined for all files together. */
  path: string | undefined;
  /** The objects that deploy the folder itself, and so the blueprint too: they stay. */
  bootstrap: readonly SourceObject[];
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

/** Finds where clusters begin: Kustomizations that deploy their own file, else the folders below `clusters`. */
export function findRoots(repository: Repository): Root[] {
  const all = [...repository.objects.values()].flat();
  const bootstraps = all.flatMap((object) => {
    const path = bootstrapPath(object);
    return path !== undefined && hasFolder(repository, path) ? [{ object, path }] : [];
  });
  const paths = [...new Set(bootstraps.map(({ path }) => path))];
  const roots = paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)));
  if (roots.length === 0) return findFolders(repository, all);
  const names = new Set<string>();
  return roots.map((path) => ({
    name: nameOf(path, names),
    path,
    bootstrap: bootstraps.filter((one) => one.path === path).flatMap(({ object }) => withSource(object, all)),
  }));
}

/** The folder that an object deploys with its own file in it; undefined where it does not. */
function bootstrapPath(object: SourceObject): string | undefined {
  if (isA(object, 'fluxcd.controlplane.io', 'FluxInstance'))
    return normalizePath(textAt(object.spec, ['sync', 'path']) ?? '');
  if (!isA(object, 'kustomize.toolkit.fluxcd.io', 'Kustomization')) return undefined;
  const path = normalizePath(textAt(object.spec, ['path']) ?? '');
  if (path === undefined || !isWithin(folderOf(object.file), path)) return undefined;
  // The root of a repository holds every file, and nearly always another repository is meant.
  const isBootstrap = object.file.endsWith('gotk-sync.yaml') || object.name === 'flux-system';
  return path === '' && !isBootstrap ? undefined : path;
}

function isA(object: SourceObject, group: string, kind: string): boolean {
  return object.group === group && object.kind === kind;
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

/** The folders below `clusters` that hold objects, or else all files together. */
function findFolders({ folders }: Repository, all: readonly SourceObject[]): Root[] {
  const names = new Set<string>();
  const below = (folders.get('clusters') ?? []).filter((folder) =>
    all.some(({ file }) => isWithin(file, folder)),
  );
  if (below.length > 0) return below.map((path) => ({ name: nameOf(path, names), path, bootstrap: [] }));
  return [{ name: 'platform', path: undefined, bootstrap: [] }];
}

function nameOf(path: string, names: Set<string>): string {
  const parts = path.split('/').reverse();
  const own = toLabel(parts.find((part) => !NAMELESS.has(part)) ?? 'platform');
  const name = names.has(own) ? toLabel(path) : own;
  names.add(name);
  return name;
}
