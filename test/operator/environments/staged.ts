import type { KubeObject } from '../../../src/api/object.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** The first environment. */
export const STAGING = { name: 'staging' };
/** The second, with the plain names. */
export const PRODUCTION = { name: 'production', suffix: '', after: 'staging' };

/** Two layers in staging and then in production. `kustomization` is the block of the layer `apps`. */
export function staged(kustomization: object = {}, environments: object[] = [STAGING, PRODUCTION]): object {
  return {
    sources: [gitSource()],
    layers: [layer('base'), layer('apps', ['base'], kustomization)],
    environments,
  };
}

/** Marks the present generation of objects ready, as Flux would. */
export async function markReady(tenant: Tenant, ...names: string[]): Promise<void> {
  for (const name of names) {
    const [kind = '', plain = ''] = name.includes('/') ? name.split('/') : ['Kustomization', name];
    await tenant.client.setReady(tenant.ref(kind, plain), 'True');
  }
}

/** Marks all of {@link staged} ready in staging. */
export const markStagingReady = (tenant: Tenant): Promise<void> =>
  markReady(tenant, 'GitRepository/fleet', 'base-staging', 'apps-staging');

/** A tenant whose blueprint is ready in both environments. */
export async function openReady(client: TestClient, spec = staged()): Promise<Tenant> {
  const tenant = await Tenant.open(client);
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  return tenant;
}

/** The interval of a Kustomization. */
export async function intervalOf(tenant: Tenant, name: string): Promise<unknown> {
  return ((await tenant.get('Kustomization', name))['spec'] as { interval: string }).interval;
}

/** Waits until a Kustomization has an interval. */
export async function untilInterval(tenant: Tenant, name: string, interval: string): Promise<void> {
  await waitFor(`${name} has interval ${interval}`, async () => {
    const found = await intervalOf(tenant, name);
    if (found === interval) return true;
    throw new Error(`it is ${String(found)}`);
  });
}

/** The artifact of a source, as Flux writes it. */
export function artifactOf(revision: string): object {
  return {
    revision,
    path: 'gitrepository/fleet.tar.gz',
    url: 'http://source-controller/fleet.tar.gz',
    digest: `sha256:${'0'.repeat(64)}`,
    lastUpdateTime: '2026-01-01T00:00:00Z',
  };
}

/** Marks an object ready, with further fields of its status. */
export async function playRevision(
  tenant: Tenant,
  ref: ReturnType<Tenant['ref']>,
  status: object,
): Promise<void> {
  const { metadata } = (await tenant.client.cluster.get(ref)) as KubeObject;
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const { apiVersion, kind, namespace, name } = ref;
  await tenant.client.cluster.applyStatus(
    {
      apiVersion,
      kind,
      metadata: { name, namespace: namespace ?? '' },
      status: { observedGeneration: metadata.generation, conditions: [ready], ...status },
    },
    { fieldManager: 'flux-stand-in' },
  );
}
