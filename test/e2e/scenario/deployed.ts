import type { KubeObject } from '../../../src/api/object.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** What Flux deploys in scenarios. */
type DeployedKind = 'ConfigMap' | 'Secret' | 'Deployment';

/** A deployed object; undefined when it is not there. */
export function findDeployed(
  { client, namespace }: Tenant,
  kind: DeployedKind,
  name: string,
): Promise<KubeObject | undefined> {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  return client.cluster.get({ apiVersion, kind, namespace, name });
}

/** Waits until exactly this data is deployed, and answers the object. A failure names the keys only. */
export async function untilDeployed(
  tenant: Tenant,
  kind: Exclude<DeployedKind, 'Deployment'>,
  name: string,
  data: Record<string, string>,
): Promise<KubeObject> {
  const value = await waitFor(`${kind} ${name} has what was committed`, async () => {
    const found = await findDeployed(tenant, kind, name);
    if (found === undefined) throw new Error('it is not there');
    const there = Object.entries((found['data'] ?? {}) as Record<string, string>);
    const differs = there.filter(([key, text]) => data[key] !== (kind === 'Secret' ? decode(text) : text));
    const missing = Object.keys(data).filter((key) => !there.some(([other]) => other === key));
    if (differs.length + missing.length === 0) return found;
    throw new Error(`of its keys ${[...differs.map(([key]) => key), ...missing].join(', ')} differ`);
  });
  return value;
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

/** Waits until an object of Flux is ready with a revision. */
export async function untilReadyWith(
  tenant: Tenant,
  kind: string,
  name: string,
  revision: string,
): Promise<void> {
  await waitFor(`${kind} ${name} is ready with ${revision}`, async () => {
    const health = assessHealth(await tenant.find(kind, name));
    if (health.state === 'Ready' && health.revision === revision) return true;
    throw new Error(JSON.stringify(health));
  });
}
