import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../../src/api/object.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import { readCpuMs, readMemoryMb, untilQuiet } from '../../harness/measure/process-usage.ts';
import type { OperatorProcess } from '../../harness/operator/operator-process.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { setAllReady } from './play-flux.ts';
import { requestsSince } from './running.ts';
import { blueprintOf, compileBlueprint, range } from './shapes.ts';
import { Sight } from './sight.ts';
import type { CountedOperator, Stand } from './stand.ts';

/** Objects of each blueprint of a crowd. */
export const OBJECTS = 20;
/** Tenants, each with as many blueprints as any other. */
const NAMESPACES = 50;
/** Blueprints that are changed to measure that. */
const CHANGES = 100;

/** How an operator is run. */
export interface OperatorSettings {
  args?: string[];
  /** What its heap may take, in MB. Default: as in the Deployment. */
  heapMb?: number;
}

/**
 * When an operator has marked and deleted the revisions of a change at the latest, and given back the memory that it
 * took, in milliseconds.
 */
const TIDY_MS = 15_000;

/** How long the making of a crowd may take for each object, in milliseconds: many times what it takes. */
const SLOWEST_MS = 30;

/**
 * Makes blueprints of a crowd, from one number up to another, with an operator that then ends, and plays Flux for all
 * that it generated.
 */
export async function makeCrowd(
  stand: Stand,
  { from = 0, to }: { from?: number; to: number },
  report: (progress: string) => void,
  settings: OperatorSettings = {},
): Promise<KubeObject[]> {
  const { client } = stand;
  const namespaces = await Promise.all(range(NAMESPACES).map((i) => client.makeNamespace(`tenant-${i}`)));
  const blueprints = range(to - from).map((i) =>
    blueprintOf(namespaces[(from + i) % NAMESPACES] ?? '', OBJECTS, `b${from + i}`),
  );
  const operator = await stand.startOperator(settings);
  const pid = operator.child.pid ?? 0;
  let applied = 0;
  operator.onLine(({ msg }) => {
    if (msg === 'applied' && ++applied % 5000 === 0) report(`${applied} objects applied`);
  });
  await mapConcurrently(blueprints, 16, (blueprint) => client.apply(blueprint));
  const objects = blueprints.length * OBJECTS;
  await waitFor('everything is applied', () => applied >= objects, {
    boundMs: 60_000 + objects * SLOWEST_MS,
  });
  await untilQuiet(pid);
  report('everything is reported to be ready');
  await setAllReady(
    client,
    blueprints.flatMap((blueprint) => compileBlueprint(blueprint)),
  );
  // The next operator must not find anything left to write.
  await sleep(TIDY_MS);
  await untilQuiet(pid);
  await operator.stop();
  return blueprints;
}

/** What operators cost that look after a crowd. Of several operators the sums, and the largest. */
export interface CrowdCost {
  /** From the start of the processes until each has used less than a twentieth of a core for half a second. */
  coldStartMs: number;
  /** Requests of the cold start, watches left out, and the bytes of the answers. */
  requests: number;
  receivedMb: number;
  /** Writes of the cold start, each as method and path. */
  writes: string[];
  /** From when the API server has a blueprint with one line changed until the object is seen changed, in ms. */
  changes: number[];
  idle: { writes: number; requests: number; share: number; receivedMb: number };
  /** Of the largest operator, without the processes that it starts: at the end, and the most that it was. */
  memoryMb: number;
  peakMb: number;
}

/** Starts operators for a crowd and measures them: a cold start, changes, and a while of nothing. */
export async function measureCrowd(
  stand: Stand,
  blueprints: readonly KubeObject[],
  operators: readonly OperatorSettings[],
  idleMs: number,
): Promise<CrowdCost> {
  const spawned = performance.now();
  const counted = await Promise.all(operators.map((settings) => stand.startCountedOperator(settings)));
  const quietSince = await Promise.all(counted.map(({ operator }) => untilQuiet(pidOf(operator))));
  const coldStartMs = Math.max(...quietSince) - spawned;
  const started = sumRequests(counted, () => 0);
  const changes = await measureChanges(stand, blueprints);
  // What the changes have left to tidy belongs to them.
  await sleep(TIDY_MS);
  await Promise.all(counted.map(({ operator }) => untilQuiet(pidOf(operator))));
  const idle = await measureIdle(counted, idleMs);
  const memory = await Promise.all(counted.map(({ operator }) => readMemoryMb(pidOf(operator))));
  await Promise.all(counted.map(({ operator }) => operator.stop()));
  return {
    coldStartMs,
    requests: started.requests.length,
    receivedMb: started.receivedMb,
    writes: started.requests.filter(isWrite),
    changes,
    idle,
    memoryMb: Math.max(...memory.map(({ now }) => now)),
    peakMb: Math.max(...memory.map(({ peak }) => peak)),
  };
}

function pidOf({ child }: OperatorProcess): number {
  return child.pid ?? 0;
}

function isWrite(request: string): boolean {
  return !request.startsWith('GET ');
}

/** The requests of operators since `from`, and the MB that were answered in all. */
function sumRequests(
  counted: readonly CountedOperator[],
  from: (i: number) => number,
): { requests: string[]; receivedMb: number } {
  return {
    requests: counted.flatMap(({ proxy }, i) => requestsSince(proxy, from(i))),
    receivedMb: counted.reduce((sum, { proxy }) => sum + proxy.traffic.received, 0) / 1e6,
  };
}

/** An interval that no change has written before, in minutes. */
let nextInterval = 20;

async function measureChanges(stand: Stand, blueprints: readonly KubeObject[]): Promise<number[]> {
  const sight = await Sight.open(stand.client, '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations');
  stand.atEnd(() => sight.close());
  const ms: number[] = [];
  for (const i of range(CHANGES)) {
    const blueprint = blueprints[(i * 37) % blueprints.length];
    if (blueprint === undefined) continue;
    const interval = `${nextInterval++}m`;
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

async function measureIdle(counted: readonly CountedOperator[], idleMs: number): Promise<CrowdCost['idle']> {
  const readCpu = async (): Promise<number> => {
    const each = await Promise.all(counted.map(({ operator }) => readCpuMs(pidOf(operator))));
    return each.reduce((sum, ms) => sum + ms, 0);
  };
  const from = counted.map(({ proxy }) => proxy.seen.length);
  const before = { cpu: await readCpu(), ...sumRequests(counted, () => 0) };
  const started = performance.now();
  await sleep(idleMs);
  const share = ((await readCpu()) - before.cpu) / (performance.now() - started);
  const { requests, receivedMb } = sumRequests(counted, (i) => from[i] ?? 0);
  return {
    writes: requests.filter(isWrite).length,
    requests: requests.length,
    share,
    receivedMb: receivedMb - before.receivedMb,
  };
}
