import type { ClusterTools } from '../session/session.ts';

/** What the completion of the shell needs beside what commands on a cluster have. */
export interface CompletionTools extends ClusterTools {
  /** The names of the contexts of a kubeconfig, by default of that which kubectl takes. Rejects without one. */
  contexts: (kubeconfig: string | undefined) => Promise<readonly string[]>;
}
