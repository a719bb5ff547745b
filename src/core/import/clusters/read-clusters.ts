import { isObject, own, textAt } from '../../values/json.ts';
import { homeOf } from '../build/entry.ts';
import { type Note, type Skipped, type SourceObject, describeObject } from '../read/source-object.ts';
import { applyKustomization } from './apply-kustomization.ts';
import { artifactPath } from './artifact-path.ts';
import { Collector, type OverlayRequest, type Overlays, inNamespace } from './collect.ts';
import { type Root, findRoots } from './find-roots.ts';
import { findPath, folderOf, isWithin } from './paths.ts';
import { type Repository, hasFolder } from './repository.ts';
import { hasVariables } from './substitute.ts';

/** How deep an import goes: what says what is deployed from where, or also what is in the paths. */
export const DEPTHS = ['orchestration', 'all'] as const;

/** One of {@link DEPTHS}. */
export type Depth = (typeof DEPTHS)[number];

/** A cluster, and the objects of it that a blueprint is to hold. */
export interface Cluster {
  name: string;
  /** The folder that it begins with; undefined where nobody knows. */
  root: string | undefined;
  objects: SourceObject[];
  skipped: Skipped[];
  notes: Note[];
}

/** The clusters of a repository. */
export interface Clusters {
  clusters: Cluster[];
  /** What belongs to no cluster. */
  skipped: Skipped[];
  /** What kustomize has to build first; empty where nothing is missing. */
  needed: OverlayRequest[];
}

/** An object, and the Kustomization from whose path it comes; undefined for what the root deploys. */
interface Found {
  object: SourceObject;
  by: SourceObject | undefined;
  /** The fields by which that Kustomization changes it and that could not be followed. */
  unapplied: readonly string[];
}

/** Reads what each cluster of a repository consists of. */
export function readClusters(repository: Repository, overlays: Overlays, depth: Depth): Clusters {
  const roots = findRoots(repository);
  const needed = new Map<string, OverlayRequest>();
  const used = new Set<string>();
  const clusters = roots.map((root) => {
    const collector = new Collector(repository, overlays);
    const found =
      root.path === undefined ? collectAll(repository) : follow(repository, collector, root, depth);
    for (const [id, request] of collector.needed) needed.set(id, request);
    for (const file of collector.used) used.add(file);
    return toCluster(root, found, collector.skipped, depth);
  });
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

function toCluster(root: Root, found: readonly Found[], skipped: readonly Skipped[], depth: Depth): Cluster {
  const cluster: Cluster = {
    name: root.name,
    root: root.path,
    objects: [],
    skipped: [...skipped],
    notes: [],
  };
  for (const object of root.bootstrap)
    skip(cluster, object, 'deploys this cluster, and the blueprint with it: it stays as it is');
  const used = findSourcesOfKustomizations(found);
  for (const { object, by, unapplied } of found) {
    if (depth === 'orchestration' && by !== undefined && !isOrchestration(object, used)) continue;
    if (object.unfit === undefined) cluster.objects.push(object);
    else skip(cluster, object, object.unfit);
    if (object.unfit === undefined && by !== undefined) noteChanges(cluster, object, by, unapplied);
  }
  return cluster;
}

function skip({ skipped }: Cluster, object: SourceObject, reason: string): void {
  skipped.push({ file: object.file, line: object.line, what: describeObject(object), reason });
}

/** The kinds and names of the sources that Kustomizations use. */
function findSourcesOfKustomizations(found: readonly Found[]): ReadonlySet<string> {
  const named = found.flatMap(({ object: { kind, spec, namespace } }) => {
    const ref = kind === 'Kustomization' ? own(spec, 'sourceRef') : undefined;
    if (!isObject(ref)) return [];
    const where = textAt(ref, ['namespace']) ?? namespace ?? '';
    return [`${textAt(ref, ['kind']) ?? ''} ${where} ${textAt(ref, ['name']) ?? ''}`];
  });
  return new Set(named);
}

/** Whether an object in a path says what is deployed from where. */
function isOrchestration(object: SourceObject, used: ReadonlySet<string>): boolean {
  const home = homeOf(object);
  if (home.at === 'layers') return home.block === 'kustomization';
  return home.at === 'sources' && used.has(`${object.kind} ${object.namespace ?? ''} ${object.name}`);
}

/** Notes that a Kustomization changes what it deploys, which the blueprint does not do. */
function noteChanges(
  { notes }: Cluster,
  object: SourceObject,
  by: SourceObject,
  changing: readonly string[],
): void {
  const { file, line } = object;
  const what = describeObject(object);
  if (changing.length > 0) {
    const message = `${what} is deployed by ${describeObject(by)}, whose \`${changing.join('`, `')}\` no longer reach it: compare with the cluster`;
    notes.push({ file, line, message });
  }
  if (own(by.spec, 'postBuild') === undefined || !hasVariables(object)) return;
  const message = `${what} has variables that ${describeObject(by)} fills in: what deploys the blueprint has to fill them in`;
  notes.push({ file, line, message });
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
