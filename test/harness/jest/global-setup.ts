/**
 * What a whole Jest run shares: one control plane and one bundle, from the global setup by environment variables to the
 * tests. Begin here; tests use `shared-control-plane.ts`.
 */
import { startControlPlane } from '../../control-plane/index.ts';
import { bundleForTest } from '../operator/bundle.ts';
import { listCrdFiles } from '../operator/cluster.ts';
import { keepForTeardown } from './handover.ts';
import { sharedVariables } from './shared-control-plane.ts';

/** Starts the control plane that the tests of one Jest run share, and bundles the program for all of them. */
export default async function setUp(): Promise<void> {
  const bundle = await bundleForTest();
  keepForTeardown(bundle.remove);
  process.env[sharedVariables.bundle] = bundle.file;
  const controlPlane = await startControlPlane({ crds: await listCrdFiles() });
  keepForTeardown(() => controlPlane.stop());
  process.env[sharedVariables.kubeconfig] = controlPlane.kubeconfigPath;
  process.env[sharedVariables.url] = controlPlane.url;
  process.env[sharedVariables.socket] = controlPlane.socketPath;
}
