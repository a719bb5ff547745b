import { SHARD_KEY } from '../../../src/api/names.ts';
import type { Benchmark } from '../benchmark.ts';
import { type Figure, format } from '../../harness/measure/figure.ts';
import { readCpuMs, untilQuiet } from '../../harness/measure/process-usage.ts';
import { median, quantile, round } from '../../harness/measure/statistics.ts';
import { type Running, inShard, startRunning } from '../stand/running.ts';
import { blueprintOf, range } from '../stand/shapes.ts';
import { Stand } from '../stand/stand.ts';
import { changeLine } from './change.ts';
import { makeDrift } from './drift.ts';
import { makePass } from './no-change.ts';

const OBJECTS = 500;

/** What is compared: how it is measured in one round, in milliseconds, and how often. */
interface Course {
  name: string;
  rounds: number;
  measure: (running: Running, i: number) => Promise<Record<string, number>>;
}

const COURSES: readonly Course[] = [
  { name: `a change of one line in ${OBJECTS} objects`, rounds: 100, measure: measureChange },
  {
    name: `a drift in ${OBJECTS} objects`,
    rounds: 40,
    measure: async (running, i) => ({ ms: await makeDrift(running, i) }),
  },
  {
    name: `a pass without change over ${OBJECTS} objects`,
    rounds: 20,
    measure: async (running, i) => ({ cpuMs: (await makePass(running, i)).cpuMs }),
  },
  ...[100, 500, 1000].map((size) => ({
    name: `the apply of ${size} objects`,
    rounds: 1000 / size + 10,
    measure: (running: Running, i: number) => measureApply(running, size, i),
  })),
];

/** How much more a version may cost than the one before. */
const MOST = 1.03;

/** The first rounds of each course also compile the code. */
const WARM = 3;

/**
 * Compares this version with another one, whose bundle `--before` names. Both run all the while against the same API
 * server, each with blueprints of its own shard, and they take turns.
 */
export const versus: Benchmark = {
  name: 'versus',
  measure: (options) => {
    const { before } = options;
    if (before === undefined) {
      options.report('versus: nothing to compare with; --before FILE names the bundle of another version');
      return Promise.resolve([]);
    }
    return Stand.with(options, async (stand) => {
      options.report('versus: two operators get their blueprints ready');
      const pair = {
        before: await startRunning(stand, OBJECTS, { shard: 'before', bundleFile: before }),
        after: await startRunning(stand, OBJECTS, { shard: 'after' }),
      };
      const figures: Figure[] = [];
      for (const course of COURSES) {
        options.report(`versus: ${course.name}`);
        figures.push(...(await run(course, pair)));
      }
      return figures;
    });
  },
};

type Measured = Record<'before' | 'after', Record<string, number>>;

/** Runs a course by both versions in turns, and which of them begins changes too. */
async function run(
  { name, rounds, measure }: Course,
  pair: Record<'before' | 'after', Running>,
): Promise<Figure[]> {
  const measured: Measured[] = [];
  for (const i of range(rounds + WARM)) {
    const order = i % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const);
    const round: Partial<Measured> = {};
    for (const which of order) round[which] = await measure(pair[which], i);
    if (i >= WARM) measured.push(round as Measured);
  }
  const quantities = Object.keys(measured[0]?.after ?? {});
  return quantities.map((quantity) => toFigure(name, quantity, measured));
}

/** Only what a person waits for has a bound, and a pass in which nobody waits. */
const BOUNDED: ReadonlySet<string> = new Set(['ms', 'withTheUsersWriteMs', 'cpuMs']);

function toFigure(name: string, quantity: string, measured: readonly Measured[]): Figure {
  const of = (which: 'before' | 'after'): number[] => measured.map((one) => one[which][quantity] ?? NaN);
  const [before, after] = [of('before'), of('after')];
  const paired = after.map((ms, i) => ms / (before[i] ?? NaN));
  const ratio = median(paired);
  return {
    figure: `${name}, ${quantity}, against the version before`,
    ...(BOUNDED.has(quantity) ? { toReach: `${MOST} times or less`, reached: ratio <= MOST } : {}),
    got: `${round(ratio)} times (${format(median(after))} ms, before ${format(median(before))} ms)`,
    numbers: {
      pairedRatioP25: round(quantile(paired, 0.25)),
      pairedRatioP50: round(ratio),
      pairedRatioP75: round(quantile(paired, 0.75)),
      ratioOfMedians: round(median(after) / median(before)),
      beforeP99Ms: round(quantile(before, 0.99)),
      afterP99Ms: round(quantile(after, 0.99)),
      beforeMs: before.map(round),
      afterMs: after.map(round),
    },
  };
}

async function measureChange(running: Running, i: number): Promise<Record<string, number>> {
  const cpu = await startMeters(running);
  const { ms, withWriteMs } = await changeLine(running, i);
  return { ms, withTheUsersWriteMs: withWriteMs, ...(await cpu()) };
}

/** From when the API server has a new blueprint until the operator has the answer to its last apply. */
async function measureApply(running: Running, size: number, i: number): Promise<Record<string, number>> {
  const { stand, operator, namespace, blueprint } = running;
  const { labels } = blueprint.metadata;
  const name = `apply-${size}-${i}`;
  let left = size;
  const done = new Promise<void>((resolve) => {
    operator.onLine(({ msg, object }) => {
      if (msg === 'applied' && String(object).includes(`/${namespace}/${name}-`) && --left === 0) resolve();
    });
  });
  await stand.client.apply(inShard(blueprintOf(namespace, size, name), labels?.[SHARD_KEY]));
  const cpu = await startMeters(running);
  const started = performance.now();
  await done;
  const measured = { ms: performance.now() - started, ...(await cpu()) };
  // The next round must not pay for the work that follows from these applies.
  await untilQuiet(operator.child.pid ?? 0);
  return measured;
}

/** Starts to measure processor time; the function that it answers says what the servers and the operator have used. */
async function startMeters({ stand, operator }: Running): Promise<() => Promise<Record<string, number>>> {
  const { etcd, kubeApiserver } = stand.controlPlane.pids;
  const read = async (): Promise<[number, number]> => [
    (await readCpuMs(etcd)) + (await readCpuMs(kubeApiserver)),
    await readCpuMs(operator.child.pid ?? 0),
  ];
  const [servers, sender] = await read();
  return async () => {
    const [serversNow, senderNow] = await read();
    return { serversCpuMs: serversNow - servers, operatorCpuMs: senderNow - sender };
  };
}
