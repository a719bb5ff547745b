import type { ClusterAddress } from '../../harness/flux/cluster-address.ts';

/** The environment variables that carry the shared cluster from Jest's global setup to the scenarios. */
const variables = {
  address: 'FLUXBLUEPRINT_E2E_ADDRESS',
  logs: 'FLUXBLUEPRINT_E2E_LOGS',
} as const;

/** Passes the address of the shared cluster on to the scenarios. */
export function shareCluster(address: ClusterAddress): void {
  process.env[variables.address] = JSON.stringify(address);
}

/** The cluster that the scenarios of a run share. Throws outside of such a run. */
export function sharedCluster(): ClusterAddress {
  const text = process.env[variables.address];
  if (text === undefined) throw new Error(`${variables.address} is not set: run scenarios by \`make e2e\``);
  return JSON.parse(text) as ClusterAddress;
}

/** Passes the folder of a run's logs on to the scenarios. It has a folder for each cluster. */
export function shareLogs(folder: string): void {
  process.env[variables.logs] = folder;
}

/** The folder of a run's logs; undefined outside of a run. */
export function sharedLogs(): string | undefined {
  return process.env[variables.logs];
}
