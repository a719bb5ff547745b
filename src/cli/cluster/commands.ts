/**
 * The commands that work on a cluster: their flags and help texts are here, what each does is in the file of its name,
 * which is loaded only when it runs. They read by the port in `cli/session`, call the core, and print. Begin here.
 */
import { Command, InvalidArgumentError, type Option } from 'commander';
import { readEnd } from '../../core/inspect/suspension.ts';
import {
  type ClusterFlags,
  type Output,
  clusterOptions,
  outputOption,
  unboundWatch,
  watchOption,
} from '../session/flags.ts';
import { runOnCluster } from '../session/run-on-cluster.ts';
import type { ClusterTools, Session } from '../session/session.ts';
import type { GetOptions } from './get.ts';
import { createInspectCommands } from './inspect-commands.ts';
import type { ReconcileOptions } from './reconcile.ts';
import type { SuspendOptions } from './suspend.ts';

/** How long commands may take that only read or write, and those that wait. */
const SHORT = '30s';
const LONG = '5m';

/** All commands that work on a cluster. */
export function createClusterCommands(tools: ClusterTools): Command[] {
  return [
    createGet(tools),
    createStatus(tools),
    createHistory(tools),
    createEvents(tools),
    createReconcile(tools),
    createWait(tools),
    createSuspend(tools),
    createResume(tools),
    ...createInspectCommands(tools),
  ];
}

const OBJECTS: readonly Output[] = ['text', 'wide', 'yaml', 'json', 'name'];

/** What a command that does something can print when it is done: by default only what it says on the way. */
const DONE: readonly Output[] = ['text', 'yaml', 'json', 'name'];

/** The flags of such a command. */
type DoneFlags = ClusterFlags & { output: Output };

/** The same as {@link runOnCluster}, and prints the blueprint in the end, if asked for. */
async function runAndPrint(
  name: string,
  flags: DoneFlags,
  tools: ClusterTools,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  await runOnCluster(flags, tools, async (session) => {
    await work(session);
    if (flags.output === 'text') return;
    const { getBlueprints } = await import('./get.ts');
    await getBlueprints(session, name, { output: flags.output });
  });
}

function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

function createGet(tools: ClusterTools): Command {
  const command = new Command('get')
    .description('list blueprints, with the columns of `kubectl get`')
    .argument('[name]', 'name of a blueprint; by default all of the namespace')
    .option('-A, --all-namespaces', 'the blueprints of all namespaces')
    .addOption(watchOption())
    .action(async (name: string | undefined, options: ClusterFlags & GetOptions) => {
      if (name !== undefined && options.allNamespaces === true)
        command.error('error: a name and -A do not go together: a blueprint is in one namespace');
      if (options.watch === true && options.output !== 'text' && options.output !== 'wide')
        command.error(
          `error: --watch and -o ${options.output} do not go together: what is watched is a table`,
        );
      const { getBlueprints } = await import('./get.ts');
      await runOnCluster(unboundWatch(options, command), tools, (session) =>
        getBlueprints(session, name, options),
      );
    });
  return withOptions(command, [outputOption(OBJECTS), ...clusterOptions(SHORT)]);
}

function createStatus(tools: ClusterTools): Command {
  const command = new Command('status')
    .description('show a blueprint as a tree: environments, layers, objects; what is worst comes first')
    .argument('<name>', 'name of the blueprint')
    .option('--objects', 'show below each object what Flux deployed for it')
    .addOption(watchOption())
    .action(async (name: string, options: ClusterFlags & { objects?: boolean; watch?: boolean }) => {
      const { showStatus } = await import('./status.ts');
      await runOnCluster(unboundWatch(options, command), tools, (session) =>
        showStatus(session, name, options),
      );
    });
  return withOptions(command, clusterOptions(SHORT));
}

function createHistory(tools: ClusterTools): Command {
  const command = new Command('history')
    .description(
      'list the stored revisions of a blueprint: where each is in force, who wrote and approved it',
    )
    .argument('<name>', 'name of the blueprint')
    .action(async (name: string, options: ClusterFlags & { output: Output }) => {
      const { showHistory } = await import('./history.ts');
      await runOnCluster(options, tools, (session) => showHistory(session, name, options));
    });
  return withOptions(command, [outputOption(OBJECTS), ...clusterOptions(SHORT)]);
}

function createEvents(tools: ClusterTools): Command {
  const command = new Command('events')
    .description('list the events of a blueprint and of all that it generated, the newest last')
    .argument('<name>', 'name of the blueprint')
    .action(async (name: string, options: ClusterFlags & { output: Output }) => {
      const { showEvents } = await import('./events.ts');
      await runOnCluster(options, tools, (session) => showEvents(session, name, options));
    });
  return withOptions(command, [outputOption(OBJECTS), ...clusterOptions(SHORT)]);
}

function createReconcile(tools: ClusterTools): Command {
  const command = new Command('reconcile')
    .description('have a blueprint reconciled now, and all that it generated')
    .argument('<name>', 'name of the blueprint')
    .option('--with-source', 'have the sources fetch first, and wait until they have')
    .option('--layer <name>', 'only the objects of one layer')
    .option('--wait', 'wait until it is ready, and say why where it is not')
    .action(async (name: string, options: DoneFlags & ReconcileOptions) => {
      const { reconcileBlueprint } = await import('./reconcile.ts');
      await runAndPrint(name, options, tools, (session) => reconcileBlueprint(session, name, options));
    });
  return withOptions(command, [outputOption(DONE), ...clusterOptions(LONG)]);
}

function createWait(tools: ClusterTools): Command {
  const command = new Command('wait')
    .description('wait until a blueprint is ready, and say why where it is not')
    .argument('<name>', 'name of the blueprint')
    .action(async (name: string, options: DoneFlags) => {
      const { waitForBlueprint } = await import('./wait.ts');
      await runAndPrint(name, options, tools, (session) => waitForBlueprint(session, name));
    });
  return withOptions(command, [outputOption(DONE), ...clusterOptions(LONG)]);
}

function createSuspend(tools: ClusterTools): Command {
  const command = new Command('suspend')
    .description('have the operator leave a blueprint alone until it is resumed')
    .argument('<name>', 'name of the blueprint')
    .option('--reason <text>', 'why, for people', readReason)
    .option('--until <time>', 'when it resumes by itself: 2026-12-24T18:00:00Z, or in 2h', (text) =>
      readUntil(text, tools.now()),
    )
    .option('--generated', 'suspend in Flux what was generated, too')
    .action(async (name: string, options: DoneFlags & SuspendOptions) => {
      const { suspendBlueprint } = await import('./suspend.ts');
      await runAndPrint(name, options, tools, (session) => suspendBlueprint(session, name, options));
    });
  return withOptions(command, [outputOption(DONE), ...clusterOptions(SHORT)]);
}

function createResume(tools: ClusterTools): Command {
  const command = new Command('resume')
    .description('have the operator reconcile a suspended blueprint again')
    .argument('<name>', 'name of the blueprint')
    .action(async (name: string, options: DoneFlags) => {
      const { resumeBlueprint } = await import('./suspend.ts');
      await runAndPrint(name, options, tools, (session) => resumeBlueprint(session, name));
    });
  return withOptions(command, [outputOption(DONE), ...clusterOptions(SHORT)]);
}

/** The longest reason, in characters. */
const MAX_REASON = 1024;

function readReason(text: string): string {
  if (text.length <= MAX_REASON) return text;
  throw new InvalidArgumentError(`It may have at most ${MAX_REASON} characters.`);
}

function readUntil(text: string, now: number): string {
  const until = readEnd(text, now);
  if (until !== undefined) return until;
  throw new InvalidArgumentError(
    'It must be a time to come, such as 2026-12-24T18:00:00Z, or a duration such as 2h.',
  );
}
