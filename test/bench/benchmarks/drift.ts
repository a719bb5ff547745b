import type { Benchmark } from '../benchmark.ts';
import { under } from '../../harness/measure/figure.ts';
import { type Running, startRunning } from '../stand/running.ts';
import { range } from '../stand/shapes.ts';
import { Stand } from '../stand/stand.ts';
import { quantile, summarize } from '../../harness/measure/statistics.ts';

const OBJECTS = 1000;
const ROUNDS = 100;

/** How long it takes until a field that was changed by hand is repaired. */
export const drift: Benchmark = {
  name: 'drift',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      options.report(`drift: in a blueprint of ${OBJECTS} objects`);
      const running = await startRunning(stand, OBJECTS);
      for (const i of range(5)) await makeDrift(running, i);
      const ms: number[] = [];
      for (const i of range(ROUNDS)) ms.push(await makeDrift(running, i + 5));
      return [
        under(
          `drift repaired in a blueprint of ${OBJECTS} objects, p99`,
          quantile(ms, 0.99),
          250,
          'ms',
          summarize(ms),
        ),
      ];
    }),
};

/** The time, in milliseconds, from when the API server has stored the drift until the repair is seen. */
export async function makeDrift({ stand, objects, kustomizations }: Running, i: number): Promise<number> {
  const manifest = objects[10 + i]?.manifest;
  if (manifest === undefined) throw new Error('there is no such object');
  let drifted = false;
  const repaired = kustomizations.until(`the drift of ${manifest.metadata.name} is repaired`, (object) => {
    if (object.metadata.name !== manifest.metadata.name) return false;
    const { path } = object['spec'] as { path: string };
    drifted ||= path === './theirs';
    return drifted && path !== './theirs';
  });
  await stand.client.transport.request({
    method: 'PATCH',
    path: stand.pathOf(manifest),
    contentType: 'application/merge-patch+json',
    query: { fieldManager: 'somebody' },
    body: { spec: { path: './theirs' } },
  });
  const written = performance.now();
  return Math.max(0, (await repaired) - written);
}
