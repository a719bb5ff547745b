/** How a cluster with Flux is reached, by any process of this machine. */
export interface ClusterAddress {
  /** The administrator's kubeconfig. */
  kubeconfigPath: string;
  /** An address of this machine that Flux reaches: there the servers of tests listen. */
  host: string;
  /** Host and port of an OCI registry. */
  registry: string;
  /** The URL where Receivers listen. */
  receiver: string;
}

/** The variables by which Jest's global setup tells the scenarios of their cluster. */
const variables = {
  address: 'FLUXBLUEPRINT_E2E_ADDRESS',
  logs: 'FLUXBLUEPRINT_E2E_LOGS',
} as const;

/** Tells the scenarios how they reach the cluster that they share. */
export function shareCluster(address: ClusterAddress): void {
  process.env[variables.address] = JSON.stringify(address);
}

/** The cluster that the scenarios of a run share. Throws outside of such a run. */
export function sharedCluster(): ClusterAddress {
  const text = process.env[variables.address];
  if (text === undefined) throw new Error(`${variables.address} is not set: run scenarios by \`make e2e\``);
  return JSON.parse(text) as ClusterAddress;
}

/** Tells where the logs of a run are, a folder for each cluster. */
export function shareLogs(folder: string): void {
  process.env[variables.logs] = folder;
}

/** The folder of the logs of a run. Undefined outside of one. */
export function sharedLogs(): string | undefined {
  return process.env[variables.logs];
}
