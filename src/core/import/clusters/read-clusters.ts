import { textAt } from '../../values/json.ts';
import { type Skipped, type SourceObject, describeObject } from '../read/source-object.ts';
import { applyKustomization } from './apply-kustomization.ts';
import { artifactPath } from './artifact-path.ts';
import { Collector, type OverlayRequest, type Overlays, inNamespace } from './collect.ts';
import { type Root, findRoots } from './find-roots.ts';
import { findPath, folderOf, isWithin } from './paths.ts';
import { type Repository, hasFolder } from './repository.ts';
import { type Cluster, type Depth, type Found, toCluster } from './to-cluster.ts';

/** The clusters of a repository. */
export interface Clusters {
  clusters: Cluster[];
  /** What belongs to no cluster. */
  skipped: Skipped[];
  /** What kustomize has to build first; empty where nothing is missing. */
  needed: OverlayRequest[];
}

/** Reads what each cluster of a repository consists of. */
export function readClusters(repository: Repository, overlays: Overlays, depth: Depth): Clusters {
  const roots = findRoots(repository);
  const needed = new Map<string, OverlayRequest>();
  const used = new Set<string>();
  const read = (root: Root): Cluster => {
    const collector = new Collector(repository, overlays);
    const found =
      root.path === undefined ? collectAll(repository) : follow(repository, collector, root, depth);
    for (const [id, request] of collector.needed) needed.set(id, request);
    for (const file of collector.used) used.add(file);
    return toCluster(root, found, collector.skipped, depth);
  };
  const clusters = roots.filter(({ isGuess }) => isGuess !== true).map(read);
  // What another cluster deploys is no cluster, but what several of them have in common.
  const isUsed = ({ path = '' }: Root): boolean => [...used].some((file) => isWithin(file, path));
  clusters.push(...roots.filter((root) => root.isGuess === true && !isUsed(root)).map(read));
  const whole = roots.some(({ path }) => path === undefined);
  return { clusters, skipped: whole ? [] : findUnused(repository, used), needed: [...needed.values()] };
}

/** Everything that the root deploys, and what the paths of Kustomizations among it deploy. */
function follow(repository: Repository, collector: Collector, root: Root, depth: Depth): Found[] {
  const found: Found[] = [];
  const done = new Set<string>();
  const queue: Found[] = collector
    .collect(root.path ?? '')
    .map((object) => ({ object, by: undefined, unapplied: [] }));
  const stays = new Set(root.bootstrap);
  const isWanted = ({ kind }: SourceObject): boolean => depth === 'all' || kind === 'Kustomization';
  for (const next of queue) {
    const { object } = next;
    if (isSame(object, stays)) continue;
    found.push(next);
    const path = pathIn(repository, object);
    const key = `${path ?? ''} ${object.namespace ?? ''}/${object.name}`;
    if (path === undefined || done.has(key) || path === root.path) continue;
    done.add(key);
    const { objects, unapplied } = applyKustomization(object, collector.collect(path), collector, isWanted);
    for (const inner of objects) queue.push({ object: inner, by: object, unapplied });
  }
  return found;
}

function isSame({ kind, name, namespace }: SourceObject, stays: ReadonlySet<SourceObject>): boolean {
  return [...stays].some((one) => one.kind === kind && one.name === name && one.namespace === namespace);
}

/** The path of a Kustomization, where it is in this repository. */
function pathIn(repository: Repository, object: SourceObject): string | undefined {
  const { group, kind, spec, file } = object;
  if (group !== 'kustomize.toolkit.fluxcd.io' || kind !== 'Kustomization') return undefined;
  const path =
    textAt(spec, ['sourceRef', 'kind']) === 'ExternalArtifact'
      ? artifactPath(object, [...repository.objects.values()].flat())
      : textAt(spec, ['path']);
  return findPath(path ?? '', file, (at) => at !== '' && hasFolder(repository, at));
}

/** All objects of all files. What lies in the path of a Kustomization is deployed by that. */
function collectAll(repository: Repository): Found[] {
  const all = [...repository.objects.values()].flat();
  const paths = all.flatMap((object) => {
    const path = pathIn(repository, object);
    return path === undefined ? [] : [{ path, object }];
  });
  return all.map((object) => {
    const by = paths.find((one) => isWithin(object.file, one.path) && one.object !== object)?.object;
    const set = repository.kustomize.get(folderOf(object.file))?.namespace;
    const target = by === undefined ? undefined : textAt(by.spec, ['targetNamespace']);
    return { object: inNamespace(object, target ?? set), by, unapplied: [] };
  });
}

function findUnused({ objects, kustomize, patches }: Repository, used: ReadonlySet<string>): Skipped[] {
  return [...objects].flatMap(([file, read]) => {
    if (used.has(file) || patches.has(file)) return [];
    const folder = folderOf(file);
    const reason = kustomize.has(folder)
      ? `nothing that was read deploys it: ${folder}/kustomization.yaml does not name it, or no path leads there`
      : 'nothing that was read deploys it: no path of a Kustomization leads there';
    return read.map((object) => ({ file, line: object.line, what: describeObject(object), reason }));
  });
}
