import type { Benchmark } from '../benchmark.ts';
import { exactly, format, under } from '../../harness/measure/figure.ts';
import { quantile, round, summarize } from '../../harness/measure/statistics.ts';
import { OBJECTS, makeCrowd, measureCrowd } from '../stand/crowd.ts';
import { Stand } from '../stand/stand.ts';

const BLUEPRINTS = 1000;
const IDLE_MS = 60_000;

/** What many blueprints cost: memory, a cold start, a change, and doing nothing. */
export const crowd: Benchmark = {
  name: 'crowd',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      const report = (progress: string): void => {
        options.report(`crowd: ${progress}`);
      };
      const blueprints = await makeCrowd(stand, { to: BLUEPRINTS }, report);
      report('a cold start, changes, and a minute of nothing');
      const cost = await measureCrowd(stand, blueprints, [{}], IDLE_MS);
      const figure = `${BLUEPRINTS} blueprints × ${OBJECTS} objects`;
      for (const write of cost.writes) report(`written at the cold start: ${write}`);
      return [
        under(`${figure}: resident memory`, cost.memoryMb, 200, 'MB', {
          nowMb: round(cost.memoryMb),
          peakMb: round(cost.peakMb),
        }),
        under(`${figure}: cold start to all in sync`, cost.coldStartMs / 1000, 15, 's', {
          ms: round(cost.coldStartMs),
          requests: cost.requests,
        }),
        exactly(`${figure}: writes at a cold start`, cost.writes.length, 0, 'writes', {}),
        under(`${figure}: one change's latency, p99`, quantile(cost.changes, 0.99), 250, 'ms', {
          ...summarize(cost.changes),
        }),
        exactly(`${figure}: writes in an idle minute`, cost.idle.writes, 0, 'writes', {
          requests: cost.idle.requests,
        }),
        {
          ...under(`${figure}: processor in an idle minute`, cost.idle.share * 100, 1, '% of a core', {
            share: cost.idle.share,
          }),
          got: `${format(round(cost.idle.share * 100))} % of a core`,
        },
      ];
    }),
};
