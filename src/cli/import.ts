import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { LAYERINGS, type Layering } from '../core/import/build/group-layers.ts';
import { batchRequests } from '../core/import/clusters/batch-requests.ts';
import type { OverlayRequest } from '../core/import/clusters/collect.ts';
import { DEPTHS, type Depth } from '../core/import/clusters/read-clusters.ts';
import { type Repository, readRepository } from '../core/import/clusters/repository.ts';
import { type Imported, importRepository } from '../core/import/import-repository.ts';
import { planMigration } from '../core/import/plan-migration.ts';
import { describeImport, isEqual, summarize } from '../core/import/summary.ts';
import { type Built, Kustomize } from './kustomize.ts';
import { ReadError, exists, readRepositoryFiles } from './repository-files.ts';
import { ExitError, type Streams } from './terminal/streams.ts';

/** The values of the flags of `import`. */
interface ImportCommandOptions {
  depth: Depth;
  layers?: Layering;
  namespace: string;
  out?: string;
  force?: boolean;
  output: 'yaml' | 'json';
}

/**
 * The command `import PATH…`, which reads a Flux repository and writes blueprints that make the same objects. It
 * compiles what it wrote and compares; where an object is not equal it ends with exit code 1.
 */
export function createImportCommand(streams: Streams): Command {
  return new Command('import')
    .description('read a Flux repository and write blueprints that make the same objects')
    .argument('<path...>', 'folders and files of the repository')
    .addOption(
      new Option(
        '--depth <depth>',
        'orchestration: what says what is deployed from where; all: also what is in the paths',
      )
        .choices(DEPTHS)
        .default('orchestration'),
    )
    .addOption(
      new Option(
        '--layers <by>',
        'how components become layers (default: what gives the fewest lines)',
      ).choices(LAYERINGS),
    )
    .option(
      '-n, --namespace <name>',
      'namespace of the blueprints, and of objects that name none',
      'flux-system',
    )
    .option('--out <folder>', 'folder to write the blueprints and MIGRATION.md to (default: standard output)')
    .option('--force', 'write over files, and write blueprints whose objects are not equal')
    .addOption(
      new Option('-o, --output <format>', 'what is printed: the blueprints, or a summary as JSON')
        .choices(['yaml', 'json'])
        .default('yaml'),
    )
    .action((paths: string[], options: ImportCommandOptions) => runImport(paths, options, streams));
}

async function runImport(
  paths: readonly string[],
  options: ImportCommandOptions,
  streams: Streams,
): Promise<void> {
  const read = await readRepositoryFiles(paths).catch((error: unknown) => {
    if (!(error instanceof ReadError)) throw error;
    streams.err(`error: ${error.message}\n`);
    throw new ExitError(1);
  });
  const repository = readRepository(read.files);
  const imported = await importFiles(repository, read.root, options, streams.env);
  imported.skipped.unshift(...read.skipped);
  if (options.output === 'json') streams.out(`${JSON.stringify(summarize(imported), null, 2)}\n`);
  streams.err(describeImport(imported));
  const texts = imported.blueprints.map(({ name, text }) => ({ file: `${name}.yaml`, text }));
  if (texts.length === 0) {
    streams.err('error: there is no object that a blueprint can hold\n');
    throw new ExitError(1);
  }
  const equal = isEqual(imported);
  texts.push({ file: 'MIGRATION.md', text: planMigration(imported, repository, options.namespace) });
  if (equal || options.force === true) await write(texts, options, streams);
  if (!equal) throw new ExitError(1);
}

/** Imports what was read. Overlays that are found on the way are built, until there is none that was not. */
async function importFiles(
  repository: Repository,
  root: string,
  { depth, namespace, layers }: ImportCommandOptions,
  env: Streams['env'],
): Promise<Imported> {
  const overlays = new Map<string, Built>();
  let kustomize: Kustomize | undefined;
  for (;;) {
    const imported = importRepository(repository, overlays, { depth, namespace, layering: layers });
    if (imported.needed.length === 0) return imported;
    kustomize ??= await Kustomize.find(env);
    await buildAll(kustomize, imported.needed, root, overlays);
  }
}

/** How many folders are built at a time. */
const BUILDS = 4;

async function buildAll(
  kustomize: Kustomize,
  requests: readonly OverlayRequest[],
  root: string,
  overlays: Map<string, Built>,
): Promise<void> {
  const waiting = batchRequests(requests);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const built = await kustomize.build(next.request, root);
      // Of several that were put together it is told for each whether it can be built.
      const isOne = next.all.length === 1 || 'text' in built;
      for (const one of next.all) overlays.set(one.id, isOne ? built : await kustomize.build(one, root));
    }
  };
  await Promise.all(Array.from({ length: BUILDS }, work));
}

interface Text {
  file: string;
  text: string;
}

async function write(texts: readonly Text[], options: ImportCommandOptions, streams: Streams): Promise<void> {
  const { out, force, output } = options;
  if (out === undefined) {
    const blueprints = texts.filter(({ file }) => file.endsWith('.yaml'));
    if (output === 'yaml') streams.out(blueprints.map(({ text }) => text).join('---\n'));
    return;
  }
  const targets = texts.map(({ file, text }) => ({ path: join(out, file), text }));
  for (const { path } of targets) {
    if (force === true || !(await exists(path))) continue;
    streams.err(`error: ${path} exists: name another folder, or add --force to write over it\n`);
    throw new ExitError(1);
  }
  await mkdir(out, { recursive: true });
  for (const { path, text } of targets) await writeFile(path, text);
}
