import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { exactly, under } from '../../harness/measure/figure.ts';
import { type Running, requestsSince, startRunning, untilApplied } from '../stand/running.ts';
import { range } from '../stand/shapes.ts';
import { Stand } from '../stand/stand.ts';
import { median, quantile, round, summarize } from '../../harness/measure/statistics.ts';

const OBJECTS = 500;
const ROUNDS = 40;

/** What one changed line costs in a large blueprint. */
export const change: Benchmark = {
  name: 'change',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      options.report(`change: one line of ${OBJECTS} objects`);
      const running = await startRunning(stand, OBJECTS);
      const rounds: Round[] = [];
      // The first ones also compile the code.
      for (const i of range(3)) await changeLine(running, i);
      for (const i of range(ROUNDS)) rounds.push(await changeLine(running, i + 3));
      const ms = rounds.map((each) => each.ms);
      const figure = `one line changed in a blueprint of ${OBJECTS} objects`;
      const count = (what: string): number =>
        median(rounds.map(({ requests }) => requests.filter((request) => request === what).length));
      const all = median(rounds.map(({ requests }) => requests.filter((each) => each !== 'event').length));
      // The new revision is stored, the old one is no longer marked as in force, and the oldest goes.
      const revisionWrites = count('revision write');
      const counts = {
        ...{ applies: count('apply'), statusWrites: count('status write'), revisionWrites },
        requests: all - revisionWrites,
      };
      return [
        under(`${figure}: until the object is updated, p99`, quantile(ms, 0.99), 100, 'ms', {
          ...summarize(ms),
          withTheUsersWriteP50Ms: round(median(rounds.map((each) => each.withWriteMs))),
        }),
        exactly(`${figure}: applies made`, counts.applies, 1, 'apply', counts),
        {
          ...exactly(`${figure}: status writes made`, counts.statusWrites, 2, 'at most', counts),
          toReach: '2 or fewer',
          got: String(counts.statusWrites),
          reached: counts.statusWrites <= 2 && counts.requests === counts.applies + counts.statusWrites,
        },
      ];
    }),
};

/** What it took to change one line. */
export interface Round {
  /** From when the API server has the changed blueprint until the object is seen changed. */
  ms: number;
  /** The same, with the request that changes the blueprint. */
  withWriteMs: number;
  requests: string[];
}

/** Changes one line of the blueprint, another one for each `i`, and measures until its object is seen changed. */
export async function changeLine(
  { stand, proxy, blueprint, kustomizations }: Running,
  i: number,
): Promise<Round> {
  const interval = `${20 + i}m`;
  const [layer, component] = [1 + (i % 5), i % 50];
  const seen = kustomizations.until(`the interval is ${interval}`, ({ spec }) => {
    return (spec as { interval: string }).interval === interval;
  });
  const from = proxy.seen.length;
  const started = performance.now();
  await stand.client.transport.request({
    method: 'PATCH',
    path: stand.pathOf(blueprint),
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'replace',
        path: `/spec/layers/${layer}/components/${component}/kustomization/interval`,
        value: interval,
      },
    ],
  });
  const written = performance.now();
  const at = await seen;
  await untilApplied(stand, blueprint);
  // Requests that follow from the last status write are counted, too.
  await sleep(100);
  return {
    ms: Math.max(0, at - written),
    withWriteMs: at - started,
    requests: requestsSince(proxy, from),
  };
}
