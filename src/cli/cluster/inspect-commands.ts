import { Command } from 'commander';
import { createDurationOption } from '../flags/durations.ts';
import { type ClusterFlags, clusterOptions, unboundWatch } from '../session/flags.ts';
import { runOnCluster } from '../session/run-on-cluster.ts';
import type { ClusterTools } from '../session/session.ts';
import type { LogsOptions } from './logs.ts';

/** The commands that look behind a blueprint: what controllers logged. */
export function createInspectCommands(tools: ClusterTools): Command[] {
  return [createLogs(tools)];
}

function createLogs(tools: ClusterTools): Command {
  const command = new Command('logs')
    .description(
      'show what the controllers of Flux and the operator logged about a blueprint and what it generated',
    )
    .argument('<name>', 'name of the blueprint')
    .option('-f, --follow', 'go on showing lines as they come, until ^C')
    .addOption(createDurationOption('--since <duration>', 'how old lines may be', '1h'))
    .option('--flux-namespace <name>', 'namespace of the controllers of Flux', 'flux-system')
    .option('--operator-namespace <name>', 'namespace of the operator', 'fluxblueprint-system')
    .action(async (name: string, options: ClusterFlags & LogsOptions) => {
      const { showLogs } = await import('./logs.ts');
      await runOnCluster(unboundWatch(options, command), tools, (session) =>
        showLogs(session, name, options),
      );
    });
  for (const option of clusterOptions('30s')) command.addOption(option);
  return command;
}
