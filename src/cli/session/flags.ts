import { type Command, Option } from 'commander';
import { createDurationOption } from '../flags/durations.ts';

/** The values of the flags that every command on a cluster has. */
export interface ClusterFlags {
  namespace?: string;
  context?: string;
  kubeconfig?: string;
  /** False to print no colours. By default a terminal gets them, unless `NO_COLOR` is set. */
  color: boolean;
  /** How long the command may take, in milliseconds. */
  timeout: number;
}

/** The forms in which a command prints objects. */
export type Output = 'text' | 'wide' | 'yaml' | 'json' | 'name';

/**
 * The flags of {@link ClusterFlags}.
 *
 * @param timeout how long the command may take by default, in Flux's form
 */
export function clusterOptions(timeout: string): Option[] {
  return [
    new Option('-n, --namespace <name>', 'namespace; by default that of the context'),
    new Option('--context <name>', 'context of the kubeconfig; by default the current one'),
    new Option(
      '--kubeconfig <file>',
      'kubeconfig; by default KUBECONFIG, else ~/.kube/config, else the pod’s account',
    ),
    createDurationOption('--timeout <duration>', 'how long it may take', timeout),
    new Option('--no-color', 'no colours, as with NO_COLOR; without a terminal there are none'),
  ];
}

/** The flag to go on looking. */
export function watchOption(): Option {
  return new Option('-w, --watch', 'go on looking, and redraw it in place, until ^C');
}

/** The longest time that a timer takes, in milliseconds: 24 days. */
const ENDLESS = 2 ** 31 - 1;

/** The flags of a command that may go on looking: then it ends by ^C, unless `--timeout` was given. */
export function unboundWatch<T extends ClusterFlags & { watch?: boolean; follow?: boolean }>(
  flags: T,
  command: Command,
): T {
  const goesOn = flags.watch === true || flags.follow === true;
  const isGiven = command.getOptionValueSource('timeout') !== 'default';
  return goesOn && !isGiven ? { ...flags, timeout: ENDLESS } : flags;
}

/** The flag that says in which form objects are printed. */
export function outputOption(choices: readonly Output[]): Option {
  return new Option('-o, --output <format>', 'output format').choices([...choices]).default('text');
}
