/**
 * How a run of scenarios begins and ends: the cluster that they share, on loopback or on kind, and its logs. Begin
 * here.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keepForTeardown } from '../../harness/jest/handover.ts';
import { sharedVariables } from '../../harness/jest/shared-control-plane.ts';
import { bundleForTest } from '../../harness/operator/bundle.ts';
import { shareCluster, shareLogs } from './shared-cluster.ts';
import { makeFolder } from '../../harness/files.ts';
import { FluxCluster } from '../../harness/flux/flux-cluster.ts';
import { startKindCluster } from './kind-cluster.ts';

/** Starts the cluster that most scenarios share. `CLUSTER=kind` takes one of kind in place of one on loopback. */
export default async function setUp(): Promise<void> {
  const logs = await makeFolder('e2e-logs');
  keepForTeardown(() => rm(logs, { recursive: true, force: true }));
  shareLogs(logs);
  const bundle = await bundleForTest();
  keepForTeardown(bundle.remove);
  process.env[sharedVariables.bundle] = bundle.file;
  const take = process.env['CLUSTER'] === 'kind' ? startKindCluster : startLocalCluster;
  const cluster = await take({ logs: join(logs, 'shared') });
  keepForTeardown(() => cluster.stop());
  shareCluster(cluster.address);
}

function startLocalCluster(options: { logs: string }): Promise<FluxCluster> {
  return FluxCluster.start(options);
}
