/** The request that starts the keeper of a control plane. */
export interface KeeperRequest {
  /** The folder with kube-apiserver and etcd. */
  binaries: string;
  /** CRD files, or folders of them. */
  crds: string[];
  /** Whether the API server keeps its port, so that it can be stopped and started again. */
  restartable: boolean;
  /** Whether the API server logs every write. */
  audited: boolean;
}

/** The control plane as its keeper has started it. */
export interface KeeperReady {
  type: 'ready';
  url: string;
  /** The administrator's kubeconfig. */
  kubeconfigPath: string;
  /** The socket on which the keeper adds users. */
  socketPath: string;
  /** The temporary folder that goes with the control plane. */
  folder: string;
  pids: { etcd: number; kubeApiserver: number };
}

/** The one message of a keeper to its parent. */
export type KeeperAnswer = KeeperReady | { type: 'failed'; message: string };
