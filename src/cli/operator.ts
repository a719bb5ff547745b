/**
 * The commands, one file each: their flags and help texts, and `render` itself, which runs the same core as the
 * operator. They print by `Streams` only, and leave it to the room `app` to run the operator. The room may import the
 * API and the core. Begin here or with `render.ts`.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type BoundsOptions, boundsOptions } from './flags/bounds-options.ts';
import { type LeaderOptions, addLeaderOptions, findLeaderFault } from './flags/leader-options.ts';
import { type MetricsOptions, metricsOptions } from './flags/metrics-options.ts';
import { type RolloutOptions, rolloutOptions } from './flags/rollout-options.ts';
import { type ScopeOptions, addScopeOptions, collectNamespaces } from './flags/scope-options.ts';

/** The values of the flags of `operator`. */
export interface OperatorOptions
  extends LeaderOptions, ScopeOptions, MetricsOptions, BoundsOptions, RolloutOptions {
  /** How many blueprints are reconciled at a time. */
  concurrent: number;
  /** The lowest level that is logged. */
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  logEncoding: 'json' | 'console';
  /** The ServiceAccount of blueprints that name none. Default: the operator writes as itself. */
  defaultServiceAccount?: string;
  /** Whether blueprints that neither name an account nor get the default one are refused. */
  requireServiceAccount?: boolean;
  /** The namespaces whose blueprints without an account are written with the operator's own rights. Default: none. */
  adminNamespaces?: string[];
  /** False to refuse references to sources of other namespaces. */
  crossNamespaceRefs: boolean;
  /** The least strict `policy.antiPatterns` that is accepted. Default: every blueprint has its own. */
  antiPatterns?: 'Warn' | 'Enforce';
  /** Address of `/healthz` and `/readyz`, `host:port` or `:port`; `0` for none. */
  healthAddr: string;
}

/** The command `operator`, which reads the flags and calls `run` with them. */
export function createOperatorCommand(run: (options: OperatorOptions) => Promise<void>): Command {
  const command = new Command('operator')
    .description('run the controller: watch blueprints and keep what they generate')
    .option('--concurrent <number>', 'blueprints that are reconciled at a time', parseConcurrency, 10)
    .addOption(
      new Option('--log-level <level>', 'least level that is logged')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addOption(
      new Option('--log-encoding <encoding>', 'form of the log').choices(['json', 'console']).default('json'),
    )
    .option('--health-addr <address>', 'address of /healthz and /readyz; 0 for none', '127.0.0.1:8081')
    .option(
      '--default-service-account <name>',
      'account, in the namespace of the blueprint, that blueprints without serviceAccountName are written as',
    )
    .option(
      '--require-service-account',
      'refuse blueprints without an account, and objects in them that name another one',
    )
    .option(
      '--admin-namespaces <names>',
      "write blueprints of these namespaces without an account anywhere, with the operator's own rights; separated by commas; may be repeated",
      collectNamespaces,
    )
    .option(
      '--no-cross-namespace-refs',
      'refuse references to sources of other namespaces, as Flux does under this flag',
    )
    .addOption(
      new Option(
        '--anti-patterns <policy>',
        'least policy.antiPatterns of every blueprint; under Enforce its exceptions do not count',
      ).choices(['Warn', 'Enforce']),
    )
    .addHelpText(
      'after',
      '\nThe cluster is that of KUBECONFIG, else of ~/.kube/config, else the one this runs in.',
    )
    .action(async (options: OperatorOptions) => {
      const fault = findLeaderFault(options);
      if (fault !== undefined) command.error(`error: ${fault}`);
      await run(options);
    });
  for (const option of [...rolloutOptions(), ...metricsOptions(), ...boundsOptions()])
    command.addOption(option);
  return addScopeOptions(addLeaderOptions(command));
}

function parseConcurrency(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100)
    throw new InvalidArgumentError('It must be between 1 and 100.');
  return number;
}
