import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { SeededRandom } from '../../harness/random.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { describeCounts } from '../audit/audit.ts';
import { chooseSeed, report, untilConverged } from '../audit/converge.ts';
import { FaultCluster } from '../cluster/fault-cluster.ts';
import { changingSpec } from '../chaos/changing-spec.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';
import { settableClock } from './set-clock.ts';

const clock = settableClock();
let cluster: FaultCluster;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  await cluster.startOperator({ node: clock.node });
});

afterEach(() => clock.set(cluster.operator, 0));

afterAll(async () => {
  await cluster.stop();
  clock.remove();
});

const CLEAN = { orphans: [], lost: [], foreign: [], escalations: [] };
const HOUR_MS = 3_600_000;

/** By how many hours the clock differs from the real time after each jump. */
const JUMPS = [5, -30, 72, -1, 0, 5, -30, 72, -1, 0];

/** When the conditions of blueprints changed last, in milliseconds since the epoch. */
async function listTimes(tenants: readonly FaultTenant[]): Promise<number[]> {
  const blueprints = await Promise.all(tenants.map((tenant) => tenant.read()));
  return blueprints.flatMap((blueprint) =>
    (blueprint?.status?.conditions ?? []).map(({ lastTransitionTime }) => Date.parse(lastTransitionTime)),
  );
}

test('an operator whose wall clock is set forth and back by hours and days goes on as if nothing had happened', async () => {
  const seed = chooseSeed(7);
  const random = new SeededRandom(seed);
  const tenants = await Promise.all(
    ['a', 'b'].map((letter, i) =>
      FaultTenant.open(cluster, `clock-${letter}`, i === 0 ? ACCOUNT : undefined),
    ),
  );
  const shifts = [0, ...JUMPS].map((hours) => hours * HOUR_MS);
  const times: number[] = [];
  for (const hours of JUMPS) {
    const changes = tenants.map((tenant) => tenant.apply(changingSpec(random)));
    await clock.set(cluster.operator, hours);
    await Promise.all(changes);
    const { findings } = await untilConverged(cluster);
    expect(findings).toEqual(CLEAN);
    times.push(...(await listTimes(tenants)).map((time) => time - Date.now()));
  }
  const { findings } = await untilConverged(cluster);
  report(`a wall clock set ${JUMPS.length} times (seed ${seed}): ${describeCounts(findings)}`);
  // What people read is the operator's own time, that of now or of an earlier jump.
  const strange = times.filter((apart) => !shifts.some((shiftMs) => Math.abs(apart - shiftMs) < HOUR_MS / 2));
  expect(strange).toEqual([]);
  expect(cluster.operator.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a suspension ends when the wall clock says so, also where that was set past its end', async () => {
  const tenant = await FaultTenant.open(cluster, 'clock-suspended');
  await tenant.apply(chainSpec('base'));
  await untilConverged(cluster);
  const suspendUntil = new Date(Date.now() + HOUR_MS).toISOString();
  await tenant.apply({ ...chainSpec('base', 'apps'), suspend: true, suspendUntil });
  await clock.set(cluster.operator, 5);
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`a suspension that a set clock ends: ${describeCounts(findings)}`);
});

const SRC = new URL('../../../src/', import.meta.url);

test('nothing but the clock itself, the log and a Retry-After that is a date asks for the time of day', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const asking = files.filter((path) =>
    /\bDate\.now\(|new Date\(\)/.test(readFileSync(new URL(path, SRC), 'utf8')),
  );
  expect(asking.sort()).toEqual(['app/logging/logging.ts', 'kube/http/errors.ts', 'runtime/system-clock.ts']);
});
