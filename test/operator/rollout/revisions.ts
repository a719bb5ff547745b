import { API_VERSION, GROUP, REVISION_KIND, WHOLE_BLUEPRINT } from '../../../src/api/names.ts';
import type { KubeObject, ObjectRef } from '../../../src/api/object.ts';
import type { Approval } from '../../../src/api/schema/revision/approval.ts';
import type { Revision } from '../../../src/api/schema/revision/revision.ts';
import type { RolloutStatus, Status } from '../../../src/api/schema/status.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** A blueprint of two layers, or of the names given, all of which have an interval, under a rollout. */
export function underRollout(interval: string, rollout: object, names = ['base', 'apps']): object {
  const layers = names.map((name) => layer(name, [], { interval }));
  return { sources: [gitSource()], layers, rollout };
}

/** The stored revisions of a namespace, by their number. */
export async function listRevisions(tenant: Tenant): Promise<Revision[]> {
  const found = await tenant.client.list(GROUP, REVISION_KIND, tenant.namespace);
  return (found as unknown as Revision[]).sort((a, b) => a.spec.revision - b.spec.revision);
}

/** The reference of a stored revision. */
export function refOf(tenant: Tenant, name: string): ObjectRef {
  return { apiVersion: API_VERSION, kind: REVISION_KIND, namespace: tenant.namespace, name };
}

/** What a status says of one environment, or of the whole blueprint, as far as revisions go. */
export function rolloutIn(status: Status, environment?: string): RolloutStatus & Pick<Status, 'plan'> {
  if (environment === undefined) return status;
  return status.environments?.find(({ name }) => name === environment) ?? {};
}

/** Waits until a change waits at a gate, and answers what the status says of it. */
export async function untilWaits(
  tenant: Tenant,
  gate: string,
  environment?: string,
): Promise<RolloutStatus & Pick<Status, 'plan'>> {
  const value = await waitFor(`a change waits at the gate ${gate}`, async () => {
    const { metadata, status = {} } = await tenant.blueprint();
    const rollout = rolloutIn(status, environment);
    const now = status.observedGeneration === metadata.generation;
    if (now && rollout.waitsFor?.gate === gate) return rollout;
    throw new Error(JSON.stringify([status.conditions, rollout]));
  });
  return value;
}

/** Waits until a revision of some number is in force, and nothing waits. */
export async function untilInForce(
  tenant: Tenant,
  revision: number,
  environment?: string,
): Promise<RolloutStatus> {
  const value = await waitFor(`revision ${revision} is in force`, async () => {
    const { metadata, status = {} } = await tenant.blueprint();
    const rollout = rolloutIn(status, environment);
    const now = status.observedGeneration === metadata.generation;
    if (now && rollout.revision === revision && rollout.waitsFor === undefined) return rollout;
    throw new Error(JSON.stringify([status.conditions, rollout]));
  });
  return value;
}

/** Approves a plan as somebody: writes an approval into the status of the latest revision, one entry by name. */
export async function approve(
  tenant: Tenant,
  plan: string | undefined,
  approval: Partial<Approval> = {},
): Promise<KubeObject> {
  const latest = (await listRevisions(tenant)).at(-1);
  if (latest === undefined || plan === undefined) throw new Error('nothing is there to approve');
  const { environment = WHOLE_BLUEPRINT, by = 'ada' } = approval;
  const entry = { environment, plan, by, at: new Date().toISOString(), ...approval };
  const { apiVersion, kind } = refOf(tenant, latest.metadata.name);
  const metadata = { name: latest.metadata.name, namespace: tenant.namespace };
  const status = { approvals: [entry] };
  return tenant.client.cluster.applyStatus(
    { apiVersion, kind, metadata, status },
    { fieldManager: `approver-of-${environment}` },
  );
}
