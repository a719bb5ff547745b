/**
 * The command `import`: its flags (this file), the import of files and clusters (`run-import.ts`), and `--check`, which
 * says whether the next step of a migration is safe (`run-check.ts`). What it does is loaded only when it runs.
 */
import { Command, Option } from 'commander';
import { LAYERINGS } from '../../core/import/build/group-layers.ts';
import { DEPTHS } from '../../core/import/clusters/to-cluster.ts';
import { clusterOptions } from '../session/flags.ts';
import type { ClusterTools } from '../session/session.ts';
import type { Streams } from '../terminal/streams.ts';
import type { ImportFlags } from './import-flags.ts';

/** How long reading a cluster may take. */
const TIMEOUT = '5m';

/**
 * The command `import PATH…`, which reads a Flux repository or a cluster and writes blueprints that make the same
 * objects. It compiles what it wrote and compares; where an object is not equal it ends with exit code 1.
 */
export function createImportCommand(streams: Streams, tools: ClusterTools): Command {
  const command = new Command('import')
    .description('read a Flux repository or a cluster, and write blueprints that make the same objects')
    .argument('[path...]', 'folders and files of the repository; with --check the blueprints')
    .option('--cluster', 'read the cluster of the kubeconfig in place of files')
    .option(
      '--check',
      'say how far the migration to the blueprints is, and whether its next step is safe; exit 1 where it is not',
    )
    .action(async (paths: string[], flags: ImportFlags) => {
      if (flags.cluster === true && (flags.check === true || paths.length > 0))
        command.error('error: --cluster reads the cluster, and goes with neither paths nor --check');
      if (flags.cluster !== true && paths.length === 0)
        command.error('error: name a folder of the repository, or read a cluster by --cluster');
      if (flags.check === true) {
        const { runCheck } = await import('./run-check.ts');
        await runCheck(paths, flags, { command, streams, tools });
        return;
      }
      const { runImport } = await import('./run-import.ts');
      await runImport(paths, flags, tools);
    });
  for (const option of [...importOptions(), ...clusterFlags()]) command.addOption(option);
  return command;
}

function importOptions(): Option[] {
  return [
    new Option(
      '--depth <depth>',
      'orchestration: what says what is deployed from where; all: also what is in the paths',
    )
      .choices(DEPTHS)
      .default('orchestration'),
    new Option(
      '--layers <by>',
      'how components become layers (default: what gives the fewest lines)',
    ).choices(LAYERINGS),
    new Option(
      '-n, --namespace <name>',
      'namespace of the blueprints, and of objects that name none (default: flux-system); with --cluster the only one that is read',
    ),
    new Option(
      '--out <folder>',
      'folder to write the blueprints and MIGRATION.md to (default: standard output)',
    ),
    new Option('--force', 'write over files, and write blueprints whose objects are not equal'),
    new Option('-o, --output <format>', 'what is printed: the blueprints, or a summary as JSON')
      .choices(['yaml', 'json'])
      .default('yaml'),
  ];
}

/** The flags that choose the cluster. What `-n` means is said above. */
function clusterFlags(): Option[] {
  return clusterOptions(TIMEOUT).filter(({ long }) => long !== '--namespace');
}
