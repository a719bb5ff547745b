import type { Command } from 'commander';
import { createDurationOption } from './durations.ts';

/** Which of several operators writes; durations in milliseconds. */
export interface LeaderOptions {
  leaderElect: boolean;
  leaderElectLeaseDuration: number;
  leaderElectRenewDeadline: number;
  leaderElectRetryPeriod: number;
  /** Default: by what blueprints the operator has. */
  leaderElectResourceName?: string;
  /** Default: that of the pod. */
  leaderElectResourceNamespace?: string;
}

/** The flags of leader election, with the names and defaults of the field (client-go, controller-runtime). */
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

/** What is wrong with the times of leader election together, as client-go judges them; undefined when nothing is. */
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
