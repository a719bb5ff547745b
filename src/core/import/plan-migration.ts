import { compare } from '../values/path.ts';
import type { Entry } from './build/entry.ts';
import type { KustomizeFile } from './clusters/kustomize-file.ts';
import type { Repository } from './clusters/repository.ts';
import type { Converted } from './convert.ts';
import type { Imported } from './import-repository.ts';
import { type Place, describeObject } from './read/source-object.ts';
import { countProof } from './summary.ts';
import { type MigrationStep, writeMigration } from './write/migration.ts';

/** The page `MIGRATION.md` of an import. `repository` is undefined for that of a cluster, whose files nobody knows. */
export function planMigration(imported: Imported, repository: Repository | undefined): string {
  const { blueprints, skipped, notes } = imported;
  const steps = blueprints.map((blueprint) =>
    repository === undefined ? planLiveStep(blueprint) : planStep(blueprint, repository),
  );
  const counts = new Map<string, number>();
  for (const step of steps)
    for (const file of [...step.whole, ...step.partial.map((part) => part.file)])
      counts.set(file, (counts.get(file) ?? 0) + 1);
  return writeMigration({
    proof: countProof(imported),
    steps,
    shared: [...counts].filter(([, count]) => count > 1).map(([file]) => `\`${file}\``),
    skipped: skipped.map(({ what, reason, ...place }) => `${describe(place)}: ${what} ${reason}`),
    notes: notes.map(({ message, ...place }) => `${describe(place)}: ${message}`),
  });
}

function describe({ file, line }: Place): string {
  return `\`${file}\`, line ${line}`;
}

function beginStep({
  name,
  namespace,
  entries,
  root,
  sharedBy,
}: Converted): Omit<MigrationStep, 'whole' | 'partial' | 'named' | 'changing' | 'live'> {
  return {
    name,
    namespace,
    objects: entries.length,
    folder: root,
    sharedBy,
    namespaces: namespacesOf(entries).filter((other) => other !== namespace),
  };
}

function planLiveStep(blueprint: Converted): MigrationStep {
  const live = blueprint.entries.map(describeObject);
  return { ...beginStep(blueprint), whole: [], partial: [], named: [], changing: [], live };
}

function planStep(blueprint: Converted, repository: Repository): MigrationStep {
  const lines = linesByFile([...blueprint.entries, ...blueprint.copies]);
  const files = [...lines.keys()].sort(compare);
  const isWhole = (file: string): boolean =>
    (lines.get(file)?.size ?? 0) >= (repository.documents.get(file) ?? 1);
  const gone = new Set(files);
  const named = [...repository.kustomize.values()].filter(({ resources }) =>
    resources.some((path) => gone.has(path) && isWhole(path)),
  );
  return {
    ...beginStep(blueprint),
    live: [],
    whole: files.filter(isWhole),
    partial: files
      .filter((file) => !isWhole(file))
      .map((file) => ({ file, lines: [...(lines.get(file) ?? [])].sort((a, b) => a - b) })),
    named: named.map(({ path }) => path),
    changing: [...repository.kustomize.values()]
      .filter((file) => file.changes && leadsTo(file, gone, repository, new Set()))
      .map(({ path }) => path),
  };
}

/** Whether a file of kustomize includes one of some files, by itself or by others that it includes. */
function leadsTo(
  file: KustomizeFile,
  files: ReadonlySet<string>,
  repository: Repository,
  seen: Set<KustomizeFile>,
): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return file.resources.some((path) => {
    const next = repository.kustomize.get(path);
    return files.has(path) || (next !== undefined && leadsTo(next, files, repository, seen));
  });
}

function namespacesOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map(({ namespace }) => namespace))].filter((name) => name !== '').sort(compare);
}

/** The lines at which the documents of entries begin, by file. */
function linesByFile(entries: readonly Entry[]): Map<string, Set<number>> {
  const lines = new Map<string, Set<number>>();
  for (const { source } of entries) {
    const known = lines.get(source.file) ?? new Set();
    lines.set(source.file, known.add(source.line));
  }
  return lines;
}
