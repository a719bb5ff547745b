import { type Repository, readRepository } from '../../core/import/clusters/repository.ts';
import { type ImportOptions, type Imported, importLive } from '../../core/import/import-repository.ts';
import { planMigration } from '../../core/import/plan-migration.ts';
import { describeImport, isEqual, summarize } from '../../core/import/summary.ts';
import { layoutFor } from '../session/paint.ts';
import { Progress } from '../session/progress.ts';
import { type ClusterTools, runOnCluster } from '../session/session.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';
import { importWithOverlays } from './build-overlays.ts';
import type { ImportFlags } from './import-flags.ts';
import { type LiveList, listLive } from './list-live.ts';
import { ReadError, readRepositoryFiles } from './repository-files.ts';
import { writeOut } from './write-out.ts';

/** How long an import is silent on a terminal before it shows what it does, in milliseconds. */
const SILENT_MS = 1_000;

/** An import, and the repository that it is of; undefined for one of a cluster. */
interface Done {
  imported: Imported;
  repository: Repository | undefined;
}

/** The namespace of blueprints where nobody names another one. */
const NAMESPACE = 'flux-system';

/**
 * Runs `import`: reads files or a cluster, writes blueprints, and says what came of it.
 *
 * @throws ExitError 1 where an object is not equal, or nothing can be written
 */
export async function runImport(
  paths: readonly string[],
  flags: ImportFlags,
  tools: ClusterTools,
): Promise<void> {
  const { streams } = tools;
  const progress = startProgress(flags, tools);
  const options: ImportOptions = {
    depth: flags.depth,
    layering: flags.layers,
    namespace: flags.namespace ?? NAMESPACE,
    report: (text) => {
      progress?.set(text);
    },
  };
  const done = await (
    flags.cluster === true ? importCluster(options, flags, tools) : importPaths(paths, options, streams)
  ).finally(() => progress?.stop());
  await finish(done, flags, streams);
}

/** Shows on a terminal what is done at the moment. Others read what is said in the end. */
function startProgress({ color }: ImportFlags, { streams }: ClusterTools): Progress | undefined {
  const { stderr } = streams.terminals();
  const begin = { started: performance.now(), silentMs: SILENT_MS };
  if (!stderr.isTerminal) return undefined;
  return new Progress(streams.err, layoutFor(stderr, color, streams.env), true, begin);
}

async function importPaths(
  paths: readonly string[],
  options: ImportOptions,
  streams: ClusterTools['streams'],
): Promise<Done> {
  options.report?.('reading files');
  const read = await readRepositoryFiles(paths).catch((error: unknown) => {
    if (!(error instanceof ReadError)) throw error;
    streams.err(`error: ${error.message}\n`);
    throw new ExitError(1);
  });
  const repository = readRepository(read.files);
  const imported = await importWithOverlays(repository, read.root, options, streams.env);
  imported.skipped.unshift(...read.skipped);
  return { imported, repository };
}

async function importCluster(options: ImportOptions, flags: ImportFlags, tools: ClusterTools): Promise<Done> {
  let live: LiveList = { objects: [], hidden: [] };
  await runOnCluster(flags, tools, async (session) => {
    live = await listLive(session, flags.namespace);
  });
  const imported = importLive(live.objects, flags.namespace ?? 'platform', options);
  for (const resource of live.hidden)
    imported.skipped.push({ file: 'cluster', line: 1, what: resource, reason: 'you may not list it' });
  return { imported, repository: undefined };
}

async function finish(
  { imported, repository }: Done,
  { output, out, force }: ImportFlags,
  streams: Pick<Streams, 'out' | 'err'>,
): Promise<void> {
  if (output === 'json') streams.out(`${JSON.stringify(summarize(imported), null, 2)}\n`);
  streams.err(describeImport(imported));
  const blueprints = imported.blueprints.map(({ name, text }) => ({ file: `${name}.yaml`, text }));
  if (blueprints.length === 0) {
    streams.err('error: there is no object that a blueprint can hold\n');
    throw new ExitError(1);
  }
  const equal = isEqual(imported);
  if (equal || force === true) {
    const page = { file: 'MIGRATION.md', text: planMigration(imported, repository) };
    if (out !== undefined) await writeOut([...blueprints, page], { out, force }, streams);
    else if (output === 'yaml') streams.out(blueprints.map(({ text }) => text).join('---\n'));
  }
  if (!equal) throw new ExitError(1);
}
