/**
 * The commands about changes that wait and revisions to go back to: their flags are here, what each does is in the file
 * of its name, which is loaded only when it runs. What decides is in `core/waiting`. Begin here.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ClusterFlags, clusterOptions } from '../session/flags.ts';
import { runOnCluster } from '../session/run-on-cluster.ts';
import type { ClusterTools } from '../session/session.ts';
import type { ApproveOptions } from './approve.ts';
import type { PlanOptions } from './plan.ts';
import type { RollbackOptions } from './rollback.ts';

/** How long commands may take that only read, and those at which a person reads and answers. */
const SHORT = '1m';
const LONG = '15m';

/** The commands `plan`, `approve` and `rollback`. */
export function createRolloutCommands(tools: ClusterTools): Command[] {
  return [createPlan(tools), createApprove(tools), createRollback(tools)];
}

function createPlan(tools: ClusterTools): Command {
  const command = new Command('plan')
    .description('show the change of a blueprint that waits, in full, and check its digest')
    .argument('<name>', 'name of the blueprint')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (name: string, options: ClusterFlags & PlanOptions) => {
      const { showPlan } = await import('./plan.ts');
      await runOnCluster(options, tools, (session) => showPlan(session, name, options));
    });
  return withClusterOptions(command, SHORT);
}

function createApprove(tools: ClusterTools): Command {
  const command = new Command('approve')
    .description('show the change of a blueprint that waits, ask, and approve it')
    .argument('<name>', 'name of the blueprint')
    .option('--environment <name>', 'the environment; by default the only one that waits for an approval')
    .option('--plan <digest>', 'the plan that was seen: another one is refused', readDigest)
    .option('--reason <text>', 'why, for people', readReason)
    .option('--override-window', 'have it happen now, whatever the windows say')
    .option('--yes', 'do not ask')
    .action(async (name: string, options: ClusterFlags & ApproveOptions) => {
      const { approvePlan } = await import('./approve.ts');
      await runOnCluster(options, tools, (session) => approvePlan(session, name, options));
    });
  return withClusterOptions(command, LONG);
}

function createRollback(tools: ClusterTools): Command {
  const command = new Command('rollback')
    .description('show what it changes to go back to a stored revision, ask, and set its spec')
    .argument('<name>', 'name of the blueprint')
    .requiredOption('--to <revision>', 'number of the revision, as history lists it', readNumber)
    .option('--yes', 'do not ask')
    .action(async (name: string, options: ClusterFlags & RollbackOptions) => {
      const { rollBack } = await import('./rollback.ts');
      await runOnCluster(options, tools, (session) => rollBack(session, name, options));
    });
  return withClusterOptions(command, LONG);
}

function withClusterOptions(command: Command, timeout: string): Command {
  for (const option of clusterOptions(timeout)) command.addOption(option);
  return command;
}

function readNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It must be the number of a revision, such as 7.');
}

function readDigest(text: string): string {
  if (/^(?:sha256:)?[0-9a-f]{6,64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the digest of a plan, or its first six digits or more.');
}

/** The longest reason, in characters. */
const MAX_REASON = 1024;

function readReason(text: string): string {
  if (text.length <= MAX_REASON) return text;
  throw new InvalidArgumentError(`It may have at most ${MAX_REASON} characters.`);
}
