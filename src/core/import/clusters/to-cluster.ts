import { isObject, own, textAt } from '../../values/json.ts';
import { homeOf } from '../build/entry.ts';
import { type Note, type Skipped, type SourceObject, describeObject } from '../read/source-object.ts';
import type { Root } from './find-roots.ts';
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

/** An object, and the Kustomization from whose path it comes; undefined for what the root deploys. */
export interface Found {
  object: SourceObject;
  by: SourceObject | undefined;
  /** The fields by which that Kustomization changes it and that could not be followed. */
  unapplied: readonly string[];
}

/** The part of what was found in a cluster that a blueprint is to hold, by depth. */
export function toCluster(
  root: Root,
  found: readonly Found[],
  skipped: readonly Skipped[],
  depth: Depth,
): Cluster {
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
