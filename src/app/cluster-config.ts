import { type ClusterChoice, ConnectError } from '../cli/session/access.ts';
import { joinFirst, suggest } from '../core/values/suggest.ts';
import { type ConnectionOptions, readKubeConfig } from '../kube/http/connection.ts';

/** A kubeconfig as client-node has it. */
export type KubeConfig = ConnectionOptions['config'];

/**
 * Reads the kubeconfig, and chooses the context.
 *
 * @throws ConnectError where it is missing or wrong
 */
export function readConfig({ kubeconfig, context }: ClusterChoice): KubeConfig {
  const config = readFile(kubeconfig);
  const known = config.getContexts().map(({ name }) => name);
  const chosen = context ?? config.getCurrentContext();
  if (typeof chosen !== 'string' || chosen === '')
    throw new ConnectError(`the kubeconfig has no current context: choose one by --context${listed(known)}`);
  if (!known.includes(chosen))
    throw new ConnectError(
      `the kubeconfig has no context ${JSON.stringify(chosen)}${suggest(chosen, known)}`,
    );
  config.setCurrentContext(chosen);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new ConnectError(`the kubeconfig lacks the cluster of its context ${JSON.stringify(chosen)}`);
  if (!URL.canParse(cluster.server))
    throw new ConnectError(`the server of context ${JSON.stringify(chosen)} in the kubeconfig is no URL`);
  if (kubeconfig === undefined && chosen === NOWHERE.context && cluster.server === NOWHERE.server)
    throw new ConnectError('there is no kubeconfig: name one by --kubeconfig or KUBECONFIG');
  return config;
}

/** What client-node takes where it finds no kubeconfig. */
const NOWHERE = { context: 'loaded-context', server: 'http://localhost:8080' };

/** The most contexts that a message lists. */
const MAX_LISTED = 10;

function listed(known: readonly string[]): string {
  return known.length === 0 ? '' : ` of ${joinFirst(known, MAX_LISTED)}`;
}

function readFile(path: string | undefined): KubeConfig {
  try {
    return readKubeConfig(path);
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    // What follows the first line repeats a part of the file.
    const [first = ''] = why.split('\n');
    throw new ConnectError(`the kubeconfig cannot be read: ${first}`, { cause: failure });
  }
}

/** The names of the contexts of a kubeconfig, by default of that which kubectl takes. */
export function listContexts(kubeconfig: string | undefined): string[] {
  return readFile(kubeconfig)
    .getContexts()
    .map(({ name }) => name);
}
