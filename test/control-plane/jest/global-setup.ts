import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleForTest } from '../../harness/operator/bundle.ts';
import { externalSecretCrdFile, fluxCrdFiles, startControlPlane } from '../index.ts';
import { keepForTeardown } from './handover.ts';
import { sharedVariables } from './shared.ts';
import { projectRoot } from '../programs/sources.ts';

/** Starts the control plane that the tests of one Jest run share, and bundles the program for all of them. */
export default async function setUp(): Promise<void> {
  const bundle = await bundleForTest();
  keepForTeardown(bundle.remove);
  process.env[sharedVariables.bundle] = bundle.file;
  const crds = [...(await fluxCrdFiles()), externalSecretCrdFile];
  const own = join(projectRoot, 'crds');
  if (existsSync(own)) crds.push(own);
  const controlPlane = await startControlPlane({ crds });
  keepForTeardown(() => controlPlane.stop());
  process.env[sharedVariables.kubeconfig] = controlPlane.kubeconfigPath;
  process.env[sharedVariables.url] = controlPlane.url;
  process.env[sharedVariables.socket] = controlPlane.socketPath;
}
