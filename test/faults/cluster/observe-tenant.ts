import { RECONCILE_REQUEST } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Condition } from '../../../src/api/schema/status.ts';
import type { FaultTenant } from './fault-tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** Waits until a condition of a tenant's blueprint is as asked, whatever its generation, and answers the blueprint. */
export async function untilCondition(
  tenant: FaultTenant,
  wanted: Partial<Pick<Condition, 'type' | 'status' | 'reason'>>,
  says: string | RegExp = '',
): Promise<Blueprint> {
  const what = `the blueprint of ${tenant.namespace} has ${JSON.stringify(wanted)} ${String(says)}`;
  const value = await waitFor(what, async () => {
    const blueprint = await tenant.read();
    const conditions = blueprint?.status?.conditions ?? [];
    const found = conditions.some(
      (condition) =>
        Object.entries(wanted).every(([field, value]) => condition[field as 'type'] === value) &&
        (typeof says === 'string' ? condition.message.includes(says) : says.test(condition.message)),
    );
    if (found) return blueprint;
    throw new Error(JSON.stringify(conditions));
  });
  return value;
}

/** Requests a reconcile, and waits until it is over. */
export async function reconcileNow(tenant: FaultTenant): Promise<void> {
  const request = crypto.randomUUID();
  const metadata = { annotations: { [RECONCILE_REQUEST]: request } };
  await tenant.cluster.client.cluster.merge(tenant.ref, { metadata }, { fieldManager: 'somebody' });
  await waitFor(`the blueprint of ${tenant.namespace} was reconciled on request`, async () => {
    return (await tenant.read())?.status?.lastHandledReconcileAt === request;
  });
}

/** Each object of a list, in the version that it is in now; what is gone is left out. */
export async function readVersions(
  tenant: FaultTenant,
  objects: readonly KubeObject[],
): Promise<Record<string, string | undefined>> {
  const found = await Promise.all(
    objects.map(async (object) => {
      const live = await tenant.cluster.client.cluster.getMetadata(refOf(object));
      return live === undefined
        ? []
        : [[`${object.kind}/${object.metadata.name}`, live.metadata.resourceVersion] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}
