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

const KILLS = 100;

/** After how many kills the cluster is looked at as a whole; in between one kill follows on the other. */
const ROUND = 10;

/**
 * A kill lands so long after a change at the most, in milliseconds: at first, on a machine that does nothing else. Each
 * kill that comes before a write gives the next one more time, and each that comes after one less, so that half of them
 * land in the midst of the work however fast the machine is.
 */
const FIRST_LATEST_MS = 400;

/** By how much a kill that came too early, or late enough, changes the time of the next one. */
const PACE = 1.25;

/** What was going on when an operator was killed. */
type Deed = 'create' | 'change' | 'delete';

/** Creates, changes or deletes a blueprint, whichever is possible; answers what it was. */
async function disturb(tenants: readonly FaultTenant[], random: SeededRandom): Promise<Deed> {
  const tenant = random.pick(tenants);
  const { wanted } = tenant;
  if (wanted !== undefined && random.chance(0.35)) {
    await tenant.delete();
    return 'delete';
  }
  // One that is being deleted would only be changed on its way out.
  if (wanted === undefined) await tenant.untilGone();
  await tenant.apply(changingSpec(random));
  return wanted === undefined ? 'create' : 'change';
}

test(`an operator that is killed ${KILLS} times at random moments loses nothing and leaves nothing behind`, async () => {
  const seed = chooseSeed(1);
  const random = new SeededRandom(seed);
  const tenants = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((letter, i) =>
      FaultTenant.open(cluster, `kill-${letter}`, i % 2 === 0 ? ACCOUNT : undefined),
    ),
  );
  const count: Record<Deed, number> = { create: 0, change: 0, delete: 0 };
  let underWay = 0;
  let latestMs = FIRST_LATEST_MS;
  await cluster.startOperator();
  for (let kill = 1; kill <= KILLS; kill++) {
    const { operator } = cluster;
    const before = operator.log.length;
    count[await disturb(tenants, random)]++;
    await sleep(random.below(latestMs));
    await operator.stop('SIGKILL');
    const wrote = operator.log.slice(before).some(({ msg }) => ['applied', 'deleted'].includes(msg));
    if (wrote) underWay++;
    latestMs = wrote ? latestMs / PACE : latestMs * PACE;
    await cluster.startOperator();
    if (kill % ROUND !== 0) continue;
    const { findings } = await untilConverged(cluster);
    expect(findings).toEqual({ orphans: [], lost: [], foreign: [], escalations: [] });
  }
  const { findings } = await untilConverged(cluster);
  const deeds = `${count.create} creates, ${count.change} changes, ${count.delete} deletes`;
  report(`${KILLS} kills (${deeds}; ${underWay} after a write, seed ${seed}): ${describeCounts(findings)}`);
  expect(findings).toEqual({ orphans: [], lost: [], foreign: [], escalations: [] });
  expect(Math.min(...Object.values(count), underWay)).toBeGreaterThan(10);
});
