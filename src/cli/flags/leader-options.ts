import type { Command } from 'commander';
import { createDurationOption } from './durations.ts';

/** The values of the flags of leader election; durations are in milliseconds. */
export interface LeaderOptions {
  /** Whether to write only while this process leads. */
  leaderElect: boolean;
  /** How long others wait for a leader that does not renew. */
  leaderElectLeaseDuration: number;
  /** How long a leader tries to renew before it gives up leadership. */
  leaderElectRenewDeadline: number;
  /** The time between two attempts to acquire or renew the Lease. */
  leaderElectRetryPeriod: number;
  /** The name of the Lease. Default: a name for the blueprints that the operator reconciles. */
  leaderElectResourceName?: string;
  /** The namespace of the Lease. Default: that of the pod. */
  leaderElectResourceNamespace?: string;
}

/** Adds the flags of leader election, with the names of controller-runtime and the defaults of client-go. */
export function addLeaderOptions(command: Command): Command {
  return command
    .option('--leader-elect', 'write only while this is the leader of all replicas', false)
    .addOption(
      createDurationOption(
        '--leader-elect-lease-duration <duration>',
        'how long others wait for a leader that renews no more',
        '15s',
      ),
    )
    .addOption(
      createDurationOption(
        '--leader-elect-renew-deadline <duration>',
        'how long the leader tries to renew before it gives up',
        '10s',
      ),
    )
    .addOption(
      createDurationOption('--leader-elect-retry-period <duration>', 'how often is renewed, or tried', '2s'),
    )
    .option('--leader-elect-resource-name <name>', 'the Lease; default by shard and namespaces')
    .option('--leader-elect-resource-namespace <name>', 'its namespace; default the one of the pod');
}

/** Compares the durations of leader election, as client-go does. Answers what is wrong with them, if anything is. */
export function findLeaderFault(options: LeaderOptions): string | undefined {
  const { leaderElectLeaseDuration, leaderElectRenewDeadline, leaderElectRetryPeriod } = options;
  if (leaderElectLeaseDuration < 1000) return 'the lease duration must be one second at least';
  if (leaderElectLeaseDuration <= leaderElectRenewDeadline)
    return 'the lease duration must be longer than the renew deadline';
  // client-go's JitterFactor.
  if (leaderElectRenewDeadline <= 1.2 * leaderElectRetryPeriod)
    return 'the renew deadline must be longer than 1.2 times the retry period';
  return undefined;
}
