/**
 * Import: from the files of a Flux repository to blueprints that make the same objects. `read/` reads objects, and
 * `clusters/` finds which of them each cluster
 * deploys, or `live/` reads them of a running one; `build/` makes a blueprint of them, `write/` its text; and
 * `prove.ts` compiles that text and compares every object with what was read. Begin with {@link importRepository}.
 */
import type { KubeObject } from '../../api/object.ts';
import { schemaOf } from '../kinds/index.ts';
import { objectKind } from '../kinds/object.ts';
import { checkSchema } from '../validation/check-schema.ts';
import { equalJson } from '../values/json.ts';
import { compare, joinPath } from '../values/path.ts';
import { type Entry, toEntry } from './build/entry.ts';
import type { Layering } from './build/group-layers.ts';
import type { OverlayRequest, Overlays } from './clusters/collect.ts';
import { readClusters } from './clusters/read-clusters.ts';
import type { Repository } from './clusters/repository.ts';
import type { Cluster, Depth } from './clusters/to-cluster.ts';
import type { Converted } from './convert.ts';
import { convertParts } from './convert-parts.ts';
import { type Part, findParts } from './find-parts.ts';
import type { ClusterEntries } from './find-tenants.ts';
import { readLive } from './live/read-live.ts';
import { type Note, type Skipped, describeObject } from './read/source-object.ts';
import { type Lines, countLines } from './write/count-lines.ts';

/** What is asked for. */
export interface ImportOptions {
  depth: Depth;
  /** The namespace of the blueprints, and of objects that name none. */
  namespace: string;
  layering?: Layering | undefined;
  /** Hears what is done at the moment, for people who wait. */
  report?: ((text: string) => void) | undefined;
}

/** What became of a repository. */
export interface Imported {
  blueprints: Converted[];
  skipped: Skipped[];
  notes: Note[];
  /** The lines of the objects that the blueprints hold, each object of a file once. */
  before: Lines;
  after: Lines;
  /** What kustomize has to build before anything else can be said; empty where nothing is missing. */
  needed: OverlayRequest[];
}

/** Imports a repository. `overlays` is what kustomize made of what an earlier call said is needed. */
export function importRepository(
  repository: Repository,
  overlays: Overlays,
  options: ImportOptions,
): Imported {
  const { clusters, skipped, needed } = readClusters(repository, overlays, options.depth);
  const known = { skipped: [...repository.skipped, ...skipped], notes: [...repository.notes], needed };
  return importClusters(needed.length > 0 ? [] : clusters, known, options);
}

/** Imports a cluster from its live objects. `name` is that of the blueprint. */
export function importLive(objects: readonly KubeObject[], name: string, options: ImportOptions): Imported {
  const cluster = readLive(objects, name, options.depth);
  return importClusters([cluster], { skipped: [], notes: [], needed: [] }, options);
}

function importClusters(
  clusters: readonly Cluster[],
  known: Pick<Imported, 'skipped' | 'notes' | 'needed'>,
  options: ImportOptions,
): Imported {
  const none = { all: 0, outsideValues: 0 };
  const imported: Imported = { ...known, blueprints: [], before: { ...none }, after: { ...none } };
  const read = clusters.map((cluster) => toClusterEntries(cluster, options, imported));
  for (const part of findParts(read, options.namespace)) importPart(part, options, imported);
  count(imported);
  return imported;
}

function toClusterEntries(cluster: Cluster, options: ImportOptions, imported: Imported): ClusterEntries {
  const entries = toEntries(cluster, options, imported);
  imported.skipped.push(...cluster.skipped);
  imported.notes.push(...cluster.notes);
  return { name: cluster.name, root: cluster.root, entries };
}

function importPart({ entries, tenant, ...part }: Part, options: ImportOptions, imported: Imported): void {
  const { layering, report } = options;
  const { namespace = options.namespace, account } = tenant ?? {};
  for (const converted of convertParts(entries, { ...part, namespace, account, layering, report })) {
    imported.skipped.push(...converted.skipped);
    imported.blueprints.push(converted);
  }
}

/** The objects of a cluster as entries, each once, without those that Flux itself would refuse. */
function toEntries(cluster: Cluster, { namespace }: ImportOptions, imported: Imported): Entry[] {
  const entries = new Map<string, Entry>();
  for (const object of cluster.objects) {
    const entry = toEntry(object, namespace);
    const { file, line } = object;
    const what = describeObject(object);
    const first = entries.get(entry.key);
    const wrong = findWrong(entry);
    if (first !== undefined) {
      const how = equalJson(first.spec, entry.spec) ? 'is the same as' : 'is another form of what is in';
      const reason = `${how} ${first.source.file}, line ${first.source.line}, which was taken`;
      if (first.source !== object) cluster.skipped.push({ file, line, what, reason });
    } else if (wrong !== undefined) cluster.skipped.push({ file, line, what, reason: wrong });
    else entries.set(entry.key, entry);
    if (object.namespace === undefined && entry.namespace !== '' && first === undefined)
      imported.notes.push({ file, line, message: `${what} names no namespace: taken to be in ${namespace}` });
  }
  return [...entries.values()].sort(
    (a, b) => compare(a.source.file, b.source.file) || a.source.line - b.source.line,
  );
}

/** Why Flux refuses an object; undefined where its schema takes it. */
function findWrong({ source, spec }: Entry): string | undefined {
  const schema = schemaOf({ ...objectKind(source.apiVersion, source.kind) });
  if (schema === undefined) return undefined;
  let wrong: string | undefined;
  checkSchema(schema, spec, (_, steps, message) => {
    wrong ??= `${joinPath('spec', steps)}: ${message}`;
  });
  // The compiler would look for a source, as for a component that names none.
  if (source.kind === 'HelmRelease' && !Object.hasOwn(spec, 'chart') && !Object.hasOwn(spec, 'chartRef'))
    wrong ??= 'spec: either chart or chartRef must be set';
  return wrong === undefined ? undefined : `Flux refuses it: ${wrong}`;
}

/** Counts lines before and after. Objects of one document have its lines together. */
function count(imported: Imported): void {
  const documents = new Map<string, string>();
  for (const { entries, copies, text } of imported.blueprints) {
    for (const { source } of [...entries, ...copies])
      documents.set(`${source.file}:${source.line}`, source.text);
    add(imported.after, countLines(text));
  }
  for (const text of documents.values()) add(imported.before, countLines(text));
}

function add(sum: Lines, lines: Lines): void {
  sum.all += lines.all;
  sum.outsideValues += lines.outsideValues;
}
