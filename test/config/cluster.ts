import type { KubeObject } from '../../src/api/object.ts';
import {
  type ControlPlane,
  externalSecretCrdFile,
  fluxCrdFiles,
  startControlPlane,
} from '../control-plane/index.ts';
import { openClient, type Client } from '../harness/api-server/environment.ts';
import { waitFor } from '../harness/wait-for.ts';
import { buildKustomization } from './kustomize.ts';

/** A cluster of one test file's own, in which Flux's CRDs are installed, and an administrator's client. */
export interface InstallCluster {
  controlPlane: ControlPlane;
  admin: Client;
  stop(): Promise<void>;
}

/**
 * Starts a control plane with Flux's CRDs and without ours. It is never the one that the other tests share: their
 * operators would reconcile what is installed here.
 */
export async function startInstallCluster(): Promise<InstallCluster> {
  const controlPlane = await startControlPlane({ crds: [...(await fluxCrdFiles()), externalSecretCrdFile] });
  const admin = await openClient(controlPlane.kubeconfigPath);
  const stop = async (): Promise<void> => {
    await admin.connection.close();
    await controlPlane.stop();
  };
  return { controlPlane, admin, stop };
}

/**
 * Applies objects one after the other, server-side and with strict validation, as `kubectl apply --server-side`
 * does. Answers the stored objects.
 */
export async function applyAll({ cluster }: Client, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const stored: KubeObject[] = [];
  for (const object of objects) stored.push(await cluster.apply(object, { fieldManager: 'kubectl' }));
  return stored;
}

/** Waits until a write is refused: the API server heeds a policy a moment after it is stored. */
export async function untilRefused(what: string, attempt: () => Promise<unknown>): Promise<void> {
  await waitFor(`it is refused ${what}`, () =>
    attempt().then(
      () => false,
      () => true,
    ),
  );
}

/** Installs config/default and waits until blueprints are served. */
export async function installDefault(admin: Client): Promise<KubeObject[]> {
  const stored = await applyAll(admin, await buildKustomization('default'));
  const path = '/apis/fluxblueprint.io/v1beta1/fluxblueprints';
  await waitFor('blueprints are served', () =>
    admin.transport.request({ method: 'GET', path, query: { limit: 1 } }).then(
      () => true,
      () => false,
    ),
  );
  return stored;
}
