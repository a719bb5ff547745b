import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { ATTEMPTS, type Attempt } from './attempts.ts';
import { auditWrites, describeCounts } from '../audit/audit.ts';
import { findStrays } from '../audit/strays.ts';
import { report, untilConverged } from '../audit/converge.ts';
import { FaultCluster } from '../cluster/fault-cluster.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: FaultCluster;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  await cluster.startOperator();
});

afterAll(() => cluster.stop());

const TENANTS = 20;

/** A blueprint of an attempt, whose it is and what it is after. */
interface Try {
  attempt: Attempt;
  tenant: FaultTenant;
  victim: string;
  name: string;
}

/** Each attempt by a tenant with an account of few rights, after one without, and the reverse. */
function plan(tenants: readonly FaultTenant[]): Try[] {
  const half = TENANTS / 2;
  return ATTEMPTS.flatMap((attempt, i) =>
    [0, half].flatMap((offset) => {
      const tenant = tenants[offset + (i % half)];
      const victim = tenants[half - offset + (i % half)]?.namespace;
      return tenant === undefined || victim === undefined
        ? []
        : [{ attempt, tenant, victim, name: `try-${i}` }];
    }),
  );
}

/** Applies the blueprint; answers whether the API server took it. */
async function launch({ attempt, tenant, victim, name }: Try): Promise<boolean> {
  try {
    await tenant.apply(attempt.spec(name, victim), name);
    return true;
  } catch (error) {
    if (error instanceof ClusterError && ['Invalid', 'BadRequest', 'ServerError'].includes(error.reason))
      return false;
    throw error;
  }
}

/** What came of an attempt that the API server took. */
async function findOutcome({ attempt, tenant, name }: Try): Promise<string> {
  const value = await waitFor(`${attempt.field} of ${tenant.namespace} has an outcome`, async () => {
    const { metadata, status } = (await tenant.read(name)) ?? {};
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready === undefined || ready.observedGeneration !== metadata?.generation) return undefined;
    if (ready.status === 'False') return 'refused';
    if (ready.status === 'True') return 'refers';
    if (ready.message.includes('ConfigMap')) return 'held';
    throw new Error(ready.message);
  });
  return value;
}

test(`of ${TENANTS} tenants none reaches the namespace of another, by whatever field it tries, with an account or without`, async () => {
  const tenants = await Promise.all(
    Array.from({ length: TENANTS }, (_, i) =>
      FaultTenant.open(cluster, `apart-${i}`, i < TENANTS / 2 ? ACCOUNT : undefined),
    ),
  );
  const tries = plan(tenants);
  const outcomes: Record<string, number> = {};
  const unexpected: string[] = [];
  for (const each of tries) {
    const outcome = (await launch(each)) ? await findOutcome(each) : 'not taken';
    const who = `${each.attempt.field}, ${each.tenant.account ?? 'no account'}`;
    if (outcome !== each.attempt.outcome)
      unexpected.push(`${who}: ${outcome} and not ${each.attempt.outcome}`);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  expect(unexpected).toEqual([]);
  const strays = await findStrays(cluster.client);
  const [foreign, escalations] = [await cluster.bystanders.findTouched(), await auditWrites(cluster)];
  expect({ strays, foreign, escalations }).toEqual({ strays: [], foreign: [], escalations: [] });

  await Promise.all(tries.map(({ tenant, name }) => tenant.delete(name)));
  const { findings } = await untilConverged(cluster);
  const what = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  report(
    `${tries.length} blueprints of ${TENANTS} tenants (${what.join(', ')}): ${describeCounts(findings)}`,
  );
  expect(findings).toEqual({ orphans: [], lost: [], foreign: [], escalations: [] });
});
