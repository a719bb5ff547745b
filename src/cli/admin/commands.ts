/**
 * The commands for whoever runs the cluster: whether it is fit (`check.ts`), and the operator on it (`install.ts`,
 * `uninstall.ts`). What is installed is what `config/` is: the generator writes it into the program, into a file that
 * these commands alone load (`installation.ts`). Begin here.
 */
import { Command, Option } from 'commander';
import { type ClusterFlags, clusterOptions } from '../session/flags.ts';
import { runOnCluster } from '../session/run-on-cluster.ts';
import type { ClusterTools } from '../session/session.ts';
import type { CheckOptions } from './check.ts';
import type { InstallOptions } from './install.ts';
import type { UninstallOptions } from './uninstall.ts';

/** How long they may take by default. */
const CHECK = '1m';
const INSTALL = '5m';

/**
 * The commands of this room.
 *
 * @param version the version of the program
 */
export function createAdminCommands(tools: ClusterTools, version: string): Command[] {
  return [createCheck(tools, version), createInstall(tools, version), createUninstall(tools)].map(
    (command) => {
      // All of them work on the whole cluster.
      for (const option of clusterOptions(command.name() === 'check' ? CHECK : INSTALL))
        if (option.long !== '--namespace') command.addOption(option);
      return command;
    },
  );
}

function createCheck(tools: ClusterTools, version: string): Command {
  return new Command('check')
    .description('say whether a cluster is fit for the operator, and what to do where it is not')
    .option('--pre', 'only what has to be there before the operator is installed')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'yaml', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 if the cluster is fit, be it with warnings; 1 if it is not, or could not be looked at whole.',
    )
    .action(async (options: ClusterFlags & CheckOptions) => {
      const { checkCluster } = await import('./check.ts');
      await runOnCluster(options, tools, (session) => checkCluster(session, options, version));
    });
}

function createInstall(tools: ClusterTools, version: string): Command {
  return new Command('install')
    .description('install the operator on a cluster, or bring it up to the version of this program')
    .option('--export', 'print what would be applied, and ask no cluster')
    .option(
      '--lockdown',
      'for clusters with tenants: every blueprint needs an account, and policies guard the API',
    )
    .option('--image <name>', 'image of the operator: registry/path:tag')
    .option('--force', 'also where a newer version is installed')
    .addHelpText(
      'after',
      '\nIt applies what config/default is, or config/lockdown, and waits until the operator is ready.',
    )
    .action(async (options: ClusterFlags & InstallOptions) => {
      const { exportInstallation, install } = await import('./install.ts');
      if (options.export === true) {
        tools.streams.out(exportInstallation(options));
        return;
      }
      await runOnCluster(options, tools, (session) => install(session, options, version));
    });
}

function createUninstall(tools: ClusterTools): Command {
  return new Command('uninstall')
    .description('take the operator off a cluster; all that it generated stays, and what Flux deployed')
    .option('--with-blueprints', 'also delete every blueprint with its revisions, and their CRDs')
    .option('--keep-namespace', 'leave the namespace of the operator')
    .option('--dry-run', 'say what would go and what would stay, and do nothing')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nIt never deletes a Kustomization, a HelmRelease or a source: Flux goes on with them.',
    )
    .action(async (options: ClusterFlags & UninstallOptions) => {
      const { uninstall } = await import('./uninstall.ts');
      await runOnCluster(options, tools, (session) => uninstall(session, options));
    });
}
