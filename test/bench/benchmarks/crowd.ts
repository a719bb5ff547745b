import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../../src/api/object.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import type { OperatorProcess } from '../../harness/operator/operator-process.ts';
import { waitFor } from '../../harness/wait-for.ts';
import type { FaultProxy } from '../../harness/api-server/fault-proxy.ts';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { type Figure, exactly, format, under } from '../../harness/measure/figure.ts';
import { setAllReady } from '../stand/play-flux.ts';
import { readCpuMs, readMemoryMb, untilQuiet } from '../../harness/measure/process-usage.ts';
import { requestsSince } from '../stand/running.ts';
import { blueprintOf, compileBlueprint, range } from '../stand/shapes.ts';
import { Sight } from '../stand/sight.ts';
import { Stand } from '../stand/stand.ts';
import { quantile, round, summarize } from '../../harness/measure/statistics.ts';

const [BLUEPRINTS, OBJECTS] = [1000, 20];
/** Tenants, each with as many blueprints as any other. */
const NAMESPACES = 50;
const IDLE_MS = 60_000;
const CHANGES = 100;
/** How often a status is written while its objects change, in milliseconds. */
const STATUS_MS = 1_000;

/** What many blueprints cost: memory, a cold start, a change, and doing nothing. */
export const crowd: Benchmark = {
  name: 'crowd',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      const blueprints = await bringUp(stand, options);
      options.report('crowd: cold start');
      const spawned = performance.now();
      const { operator, proxy } = await stand.startCountedOperator();
      const pid = operator.child.pid ?? 0;
      const startMs = (await untilQuiet(pid)) - spawned;
      const written = requestsSince(proxy, 0).filter((request) => isWrite(request)).length;
      const figure = `${BLUEPRINTS} blueprints × ${OBJECTS} objects`;
      const cold: Figure[] = [
        under(`${figure}: cold start to all in sync`, startMs / 1000, 15, 's', {
          ms: round(startMs),
          readyMs: Number(operator.ready['sinceProcessStartMs']),
          requests: requestsSince(proxy, 0).length,
        }),
        exactly(`${figure}: writes at a cold start`, written, 0, 'writes', {}),
      ];
      options.report('crowd: changes');
      const changes = await measureChanges(stand, blueprints);
      await untilQuiet(pid);
      options.report('crowd: a minute of nothing');
      const idle = await measureIdle(operator, proxy, figure);
      const memory = await readMemoryMb(pid);
      return [
        under(`${figure}: resident memory`, memory.now, 400, 'MB', {
          nowMb: round(memory.now),
          peakMb: round(memory.peak),
        }),
        ...cold,
        under(`${figure}: one change's latency, p99`, quantile(changes, 0.99), 250, 'ms', summarize(changes)),
        ...idle,
      ];
    }),
};

function isWrite(request: string): boolean {
  return !request.startsWith('GET ');
}

/** Makes the blueprints with an operator that then ends, and plays Flux for all that it generated. */
async function bringUp(stand: Stand, { report }: BenchmarkOptions): Promise<KubeObject[]> {
  const { client } = stand;
  const namespaces = await Promise.all(range(NAMESPACES).map((i) => client.makeNamespace(`tenant-${i}`)));
  const blueprints = range(BLUEPRINTS).map((i) =>
    blueprintOf(namespaces[i % NAMESPACES] ?? '', OBJECTS, `b${i}`),
  );
  const operator = await stand.startOperator();
  let applied = 0;
  operator.onLine(({ msg }) => {
    if (msg === 'applied' && ++applied % 5000 === 0) report(`crowd: ${applied} objects applied`);
  });
  await mapConcurrently(blueprints, 16, (blueprint) => client.apply(blueprint));
  await waitFor('everything is applied', () => applied >= BLUEPRINTS * OBJECTS);
  await untilQuiet(operator.child.pid ?? 0);
  report('crowd: everything is reported to be ready');
  await setAllReady(
    client,
    blueprints.flatMap((blueprint) => compileBlueprint(blueprint)),
  );
  // A status is written once a second while its objects change. The next operator must not find one left to write.
  await sleep(2 * STATUS_MS);
  await untilQuiet(operator.child.pid ?? 0);
  await operator.stop();
  return blueprints;
}

/** From when the API server has a blueprint with one line changed until the object is seen changed. */
async function measureChanges(stand: Stand, blueprints: readonly KubeObject[]): Promise<number[]> {
  const sight = await Sight.open(stand.client, '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations');
  stand.atEnd(() => sight.close());
  const ms: number[] = [];
  for (const i of range(CHANGES)) {
    const blueprint = blueprints[(i * 37) % blueprints.length];
    if (blueprint === undefined) continue;
    const interval = `${20 + i}m`;
    const seen = sight.until(`the interval is ${interval}`, (object) => {
      const { spec } = object as { spec?: { interval?: string } };
      return spec?.interval === interval && object.metadata.namespace === blueprint.metadata.namespace;
    });
    await stand.client.transport.request({
      method: 'PATCH',
      path: stand.pathOf(blueprint),
      contentType: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/spec/layers/1/components/3/kustomization/interval', value: interval }],
    });
    const written = performance.now();
    ms.push(Math.max(0, (await seen) - written));
  }
  await sight.close();
  return ms;
}

async function measureIdle(operator: OperatorProcess, proxy: FaultProxy, figure: string): Promise<Figure[]> {
  const pid = operator.child.pid ?? 0;
  const from = proxy.seen.length;
  const before = await readCpuMs(pid);
  const started = performance.now();
  await sleep(IDLE_MS);
  const share = ((await readCpuMs(pid)) - before) / (performance.now() - started);
  const requests = requestsSince(proxy, from);
  return [
    exactly(`${figure}: writes in an idle minute`, requests.filter(isWrite).length, 0, 'writes', {
      requests: requests.length,
    }),
    {
      ...under(`${figure}: processor in an idle minute`, share * 100, 1, '% of a core', { share }),
      got: `${format(round(share * 100))} % of a core`,
    },
  ];
}
