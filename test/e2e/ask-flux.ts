import { RECONCILE_REQUEST } from '../../src/api/names.ts';
import type { Tenant } from '../harness/blueprint/tenant.ts';

/** Has Flux look at an object now, as `flux reconcile` does, and a webhook that tells of a commit. */
export async function askFlux(tenant: Tenant, kind: string, name: string): Promise<void> {
  const annotations = { [RECONCILE_REQUEST]: new Date().toISOString() };
  await tenant.patch(tenant.ref(kind, name), { metadata: { annotations } }, 'flux');
}
