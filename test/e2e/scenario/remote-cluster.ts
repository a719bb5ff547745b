import { readFile } from 'node:fs/promises';
import { startControlPlane } from '../../control-plane/index.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import type { Cleanups } from '../../harness/cleanup.ts';
import { secret } from '../../harness/flux/manifests.ts';
import { Scenario, startOwnCluster } from './scenario.ts';

/** A scenario, and a second API server that Flux deploys to. */
export interface RemoteScenario {
  scenario: Scenario;
  /** The second API server, with a namespace of the same name as the scenario's. */
  remote: TestClient;
}

/**
 * Opens a scenario with a second API server.
 *
 * @param name of the cluster that the scenario starts where it cannot use the shared one
 * @param secretName the Secret by which Flux reaches the second API server: its `kubeConfig`
 * @param cleanups takes what ends both
 */
export async function openRemoteScenario(
  name: string,
  secretName: string,
  cleanups: Cleanups,
): Promise<RemoteScenario> {
  const controlPlane = await startControlPlane();
  cleanups.push(() => controlPlane.stop());
  const { kubeconfigPath } = controlPlane;
  const scenario = await openScenario(name, cleanups);
  cleanups.push(() => scenario.close());
  const { namespace } = scenario.tenant;
  const remote = await TestClient.connect(kubeconfigPath);
  cleanups.push(() => remote.close());
  await remote.makeNamespace(namespace);
  const value = await readFile(kubeconfigPath, 'utf8');
  await scenario.client.apply(secret(namespace, secretName, { value }));
  return { scenario, remote };
}

async function openScenario(name: string, cleanups: Cleanups): Promise<Scenario> {
  if (process.env['CLUSTER'] !== 'kind') return Scenario.open();
  // A cluster of kind does not reach the second API server, which is on loopback.
  const cluster = await startOwnCluster(name);
  cleanups.push(() => cluster.stop());
  return Scenario.open({ cluster });
}
