import { SHARD_KEY } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import type { Benchmark } from '../benchmark.ts';
import { type Figure, format } from '../../harness/measure/figure.ts';
import { quantile, round, summarize } from '../../harness/measure/statistics.ts';
import { type CrowdCost, OBJECTS, type OperatorSettings, makeCrowd, measureCrowd } from '../stand/crowd.ts';
import { range } from '../stand/shapes.ts';
import { Stand } from '../stand/stand.ts';

/** How many blueprints there are, and what the operator is given for them, as docs/scale.md says. */
const SIZES: readonly { blueprints: number; settings: OperatorSettings }[] = [
  { blueprints: 100, settings: {} },
  { blueprints: 1000, settings: {} },
  { blueprints: 5000, settings: { args: ['--max-cache-bytes=256M'], heapMb: 1024 } },
];
const SHARDS = 4;
/** What each shard is given: it has a quarter more blueprints than the Deployment is made for. */
const SHARD: OperatorSettings = { args: ['--max-cache-bytes=64M'], heapMb: 320 };
const IDLE_MS = 30_000;

/** What is told to be linear: what grows by no more than this much beyond the number of blueprints. */
const LINEAR = 1.15;

/** How the cost of an operator grows with the number of blueprints, on one operator and on shards. */
export const growth: Benchmark = {
  name: 'growth',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      const blueprints: KubeObject[] = [];
      const costs: Row[] = [];
      for (const { blueprints: to, settings } of SIZES) {
        const report = (progress: string): void => {
          options.report(`growth to ${to}: ${progress}`);
        };
        blueprints.push(...(await makeCrowd(stand, { from: blueprints.length, to }, report, settings)));
        report('a cold start, changes, and half a minute of nothing');
        costs.push({
          blueprints: to,
          operators: 1,
          cost: await measureCrowd(stand, blueprints, [settings], IDLE_MS),
        });
      }
      options.report(`growth: ${blueprints.length} blueprints on ${SHARDS} shards`);
      await label(stand, blueprints);
      const shards = range(SHARDS).map((i) => ({
        ...SHARD,
        args: [...(SHARD.args ?? []), `--shard-key=shard-${i}`],
      }));
      const cost = await measureCrowd(stand, blueprints, shards, IDLE_MS);
      costs.push({ blueprints: blueprints.length, operators: SHARDS, cost });
      return [...costs.map(toFigure), ...MEASURES.map((measure) => toGrowth(measure, costs))];
    }),
};

interface Row {
  blueprints: number;
  operators: number;
  cost: CrowdCost;
}

/** Spreads blueprints over the shards by the label of Flux's own sharding. */
async function label(stand: Stand, blueprints: readonly KubeObject[]): Promise<void> {
  await mapConcurrently([...blueprints.entries()], 16, ([i, blueprint]) =>
    stand.client.transport.request({
      method: 'PATCH',
      path: stand.pathOf(blueprint),
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels: { [SHARD_KEY]: `shard-${i % SHARDS}` } } },
    }),
  );
}

interface Measure {
  name: string;
  unit: string;
  of: (cost: CrowdCost) => number;
}

/** What is looked at for growth. What is the same for any number of blueprints should stay, the rest grow with it. */
const MEASURES: readonly Measure[] = [
  { name: 'resident memory', unit: 'MB', of: ({ memoryMb }) => memoryMb },
  { name: 'cold start', unit: 's', of: ({ coldStartMs }) => coldStartMs / 1000 },
  { name: 'requests of a cold start', unit: '', of: ({ requests }) => requests },
  { name: 'received at a cold start', unit: 'MB', of: ({ receivedMb }) => receivedMb },
  { name: 'a change, p50', unit: 'ms', of: ({ changes }) => quantile(changes, 0.5) },
  { name: 'a change, p99', unit: 'ms', of: ({ changes }) => quantile(changes, 0.99) },
  { name: 'processor when idle', unit: '% of a core', of: ({ idle }) => idle.share * 100 },
  { name: 'idle writes', unit: '', of: ({ idle }) => idle.writes },
];

function toFigure({ blueprints, operators, cost }: Row): Figure {
  const on = operators === 1 ? 'one operator' : `${operators} shards, of the largest`;
  return {
    figure: `${blueprints} blueprints × ${OBJECTS} objects on ${on}`,
    got: MEASURES.map(({ name, unit, of }) => `${name} ${format(round(of(cost)))} ${unit}`.trim()).join(', '),
    numbers: {
      blueprints,
      operators,
      memoryMb: round(cost.memoryMb),
      peakMb: round(cost.peakMb),
      coldStartMs: round(cost.coldStartMs),
      requests: cost.requests,
      receivedMb: round(cost.receivedMb),
      writes: cost.writes.length,
      idleWrites: cost.idle.writes,
      idleRequests: cost.idle.requests,
      idleShare: cost.idle.share,
      idleReceivedMb: round(cost.idle.receivedMb),
      ...summarize(cost.changes),
    },
  };
}

/** Whether a cost grows with the number of blueprints, from the second size to the third, the first being too small. */
function toGrowth({ name, unit, of }: Measure, rows: readonly Row[]): Figure {
  const [, before, after] = rows;
  if (before === undefined || after === undefined) throw new Error('there are no sizes to compare');
  const times = after.blueprints / before.blueprints;
  const [from, to] = [of(before.cost), of(after.cost)];
  const grown = to === from ? 1 : to / from;
  const told = grown <= LINEAR ? 'stays' : grown <= times * LINEAR ? 'linear or less' : 'more than linear';
  return {
    figure: `${name}, from ${before.blueprints} to ${after.blueprints} blueprints`,
    toReach: 'linear or less',
    reached: grown <= times * LINEAR,
    got: `${told}: ${format(round(from))} to ${format(round(to))} ${unit}`.trim(),
    numbers: { from: round(from), to: round(to) },
  };
}
