import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { exactly, under } from '../../harness/measure/figure.ts';
import { readCpuMs } from '../../harness/measure/process-usage.ts';
import { type Running, requestsSince, startRunning } from '../stand/running.ts';
import { range } from '../stand/shapes.ts';
import { Stand } from '../stand/stand.ts';
import { median, round } from '../../harness/measure/statistics.ts';

const OBJECTS = 1000;
const ROUNDS = 20;
/** How long a reconcile gets, in milliseconds. All processor time of the operator in it counts. */
const PASS_MS = 500;

/** How long after its start an operator repeats its discovery, in milliseconds. */
const SETTLED_MS = 30_000;

/** What a reconcile costs that has nothing to do. */
export const noChange: Benchmark = {
  name: 'no-change',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      options.report(`no-change: a pass over ${OBJECTS} objects`);
      const running = await startRunning(stand, OBJECTS);
      await sleep(SETTLED_MS);
      for (const i of range(5)) await makePass(running, i);
      const rounds = [];
      for (const i of range(ROUNDS)) rounds.push(await makePass(running, i + 5));
      const cpuMs = rounds.map((each) => each.cpuMs);
      const requests = rounds.flatMap((each) => each.requests);
      const figure = `a pass without change over ${OBJECTS} objects`;
      return [
        exactly(`${figure}: requests`, requests.length, 0, `in ${ROUNDS} passes`, {
          rounds: ROUNDS,
          ...countEach(requests),
        }),
        under(`${figure}: processor time`, median(cpuMs), 50, 'ms', { cpuMs: cpuMs.map(round) }),
      ];
    }),
};

/** How often each request was made. */
function countEach(requests: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const request of requests) counts[request] = (counts[request] ?? 0) + 1;
  return counts;
}

/** Triggers a reconcile that has nothing to do: an object gets an annotation that the blueprint does not set. */
export async function makePass(
  { stand, operator, proxy, objects }: Running,
  i: number,
): Promise<{ cpuMs: number; requests: string[] }> {
  const pid = operator.child.pid ?? 0;
  const touched = objects[10 + i]?.manifest;
  if (touched === undefined) throw new Error('there is no such object');
  const from = proxy.seen.length;
  const before = await readCpuMs(pid);
  await stand.client.transport.request({
    method: 'PATCH',
    path: stand.pathOf(touched),
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations: { 'example.com/round': String(i) } } },
  });
  await sleep(PASS_MS);
  return { cpuMs: (await readCpuMs(pid)) - before, requests: requestsSince(proxy, from) };
}
