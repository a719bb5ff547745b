import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SeededRandom } from '../harness/random.ts';
import { describeCounts } from './audit/audit.ts';
import { chooseSeed, report, untilConverged } from './audit/converge.ts';
import { FaultCluster } from './cluster/fault-cluster.ts';
import { changingSpec } from './chaos/changing-spec.ts';
import { ACCOUNT, FaultTenant } from './cluster/fault-tenant.ts';

let cluster: FaultCluster;

beforeAll(async () => {
  cluster = await FaultCluster.start();
});

afterAll(() => cluster.stop());

const OUTAGES = 10;

/** How long each outage lasts, in milliseconds. */
const OUTAGE_MS = 10_000;

/** An outage begins so long after the changes at the most, in milliseconds: amid the passes that they bring about. */
const LATEST_MS = 300;

/** Changes some blueprints, and creates and deletes others. */
async function disturb(tenants: readonly FaultTenant[], random: SeededRandom): Promise<void> {
  for (const tenant of tenants) {
    if (tenant.wanted === undefined) await tenant.untilGone();
    if (tenant.wanted !== undefined && random.chance(0.25)) await tenant.delete();
    else await tenant.apply(changingSpec(random));
  }
}

test(`an operator whose API server is away for ${OUTAGE_MS / 1000} s, ${OUTAGES} times, goes on by itself each time`, async () => {
  const seed = chooseSeed(2);
  const random = new SeededRandom(seed);
  const tenants = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((letter, i) =>
      FaultTenant.open(cluster, `outage-${letter}`, i % 2 === 0 ? ACCOUNT : undefined),
    ),
  );
  const operator = await cluster.startOperator();
  for (const tenant of tenants) await tenant.apply(changingSpec(random));
  let longest = 0;
  for (let outage = 1; outage <= OUTAGES; outage++) {
    await disturb(tenants.slice(0, 3), random);
    await sleep(random.below(LATEST_MS));
    await cluster.controlPlane.stopApiServer();
    // The outage itself.
    await sleep(OUTAGE_MS);
    await cluster.controlPlane.startApiServer();
    await disturb(tenants.slice(3), random);
    const { findings, ms } = await untilConverged(cluster);
    longest = Math.max(longest, ms);
    expect(findings).toEqual({ orphans: [], lost: [], foreign: [], escalations: [] });
  }
  const { findings } = await untilConverged(cluster);
  const took = `converged within ${(longest / 1000).toFixed(1)} s each time`;
  report(`${OUTAGES} outages of ${OUTAGE_MS / 1000} s (${took}, seed ${seed}): ${describeCounts(findings)}`);
  expect(operator.child.exitCode).toBeNull();
  expect(operator.log.filter(({ level }) => level === 'error')).toEqual([]);
});
