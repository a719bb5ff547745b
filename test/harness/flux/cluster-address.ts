/** How any process of this machine reaches a cluster with Flux. */
export interface ClusterAddress {
  /** The administrator's kubeconfig. */
  kubeconfigPath: string;
  /** An address of this machine that Flux reaches. Tests let their servers listen there. */
  host: string;
  /** Host and port of an OCI registry. */
  registry: string;
  /** The URL at which Flux listens for Receivers. */
  receiver: string;
}
