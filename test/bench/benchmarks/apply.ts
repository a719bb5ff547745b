import { Label } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import type { OperatorProcess } from '../../harness/operator/operator-process.ts';
import type { Benchmark } from '../benchmark.ts';
import { type Figure, format } from '../../harness/measure/figure.ts';
import { blueprintOf, compileBlueprint, range } from '../stand/shapes.ts';
import { readCpuMs, untilQuiet } from '../../harness/measure/process-usage.ts';
import { Peer } from '../stand/peer.ts';
import { Stand } from '../stand/stand.ts';
import { median, round } from '../../harness/measure/statistics.ts';

const SIZES = [100, 500, 1000];
const ROUNDS = 5;
/** Requests in flight: as many as the operator has. */
const CONNECTIONS = 16;
/** The share of the raw rate to reach, and the least size for which that is asked. */
const WANTED = { share: 0.85, from: 500 };
/** How many times as fast as the peer it is to be, and how often the peer is measured: it takes 14 s for a thousand. */
const OVER_PEER = 4;
const PEER_ROUNDS = 3;

/** How fast the operator applies a new blueprint, against the same objects applied by nothing but a loop. */
export const apply: Benchmark = {
  name: 'apply',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      const operator = await stand.startOperator();
      // The first of each also compiles the code.
      await measureOperator(stand, operator, 100, 'warm');
      await measureRaw(stand, 100, 'warm');
      const figures: Figure[] = [];
      const peer = await Peer.start(stand);
      await measurePeer(stand, peer, 10, 'warm');
      for (const size of SIZES) {
        options.report(`apply: ${size} objects`);
        const rounds = await measureRounds(stand, operator, size);
        figures.push(toFigure(size, rounds));
        options.report(`apply: ${size} objects by flux-operator`);
        const peerMs: number[] = [];
        for (const i of range(PEER_ROUNDS)) peerMs.push(await measurePeer(stand, peer, size, `${size}-${i}`));
        figures.push(toPeerFigure(size, rounds, peerMs));
      }
      return figures;
    }),
};

interface Round {
  raw: Cost;
  operator: Cost;
}

/** What it took to have all objects, in milliseconds. */
interface Cost {
  ms: number;
  /** Processor time of the API server and etcd. */
  serverMs: number;
  /** Processor time of the process that sent the requests. */
  clientMs: number;
}

/** Raw and operator alternate, and so does which of them begins a round. */
async function measureRounds(stand: Stand, operator: OperatorProcess, size: number): Promise<Round[]> {
  const rounds: Round[] = [];
  for (const i of range(ROUNDS)) {
    const label = `${size}-${i}`;
    const rawFirst = i % 2 === 0;
    const before = rawFirst ? await measureRaw(stand, size, label) : undefined;
    const cost = await measureOperator(stand, operator, size, label);
    rounds.push({ raw: before ?? (await measureRaw(stand, size, label)), operator: cost });
  }
  return rounds;
}

/** From the first request until the last answer. */
async function measureRaw(stand: Stand, size: number, label: string): Promise<Cost> {
  const { client } = stand;
  const namespace = await client.makeNamespace(`raw-${label}`);
  const manifests = compileBlueprint(blueprintOf(namespace, size)).map(({ manifest }) => disown(manifest));
  const stop = await startMeter(stand, process.pid);
  await mapConcurrently(manifests, CONNECTIONS, (manifest) =>
    client.cluster.apply(manifest, { fieldManager: 'raw' }),
  );
  return stop();
}

/** From when the API server has the same objects in a ResourceSet until all of them are there, in milliseconds. */
async function measurePeer(stand: Stand, peer: Peer, size: number, label: string): Promise<number> {
  const namespace = await stand.client.makeNamespace(`peer-${label}`);
  const manifests = compileBlueprint(blueprintOf(namespace, size)).map(({ manifest }) => disown(manifest));
  return peer.apply(namespace, manifests);
}

/** Gives an object another label of the same length, so that the operator does not watch it and slow the raw rate. */
function disown(manifest: KubeObject): KubeObject {
  const labels = { ...manifest.metadata.labels, [Label.ManagedBy]: 'raw-benchmark' };
  return { ...manifest, metadata: { ...manifest.metadata, labels } };
}

/** From when the API server has the blueprint until the operator has the answer to its last apply. */
async function measureOperator(
  stand: Stand,
  operator: OperatorProcess,
  size: number,
  label: string,
): Promise<Cost> {
  const { client } = stand;
  const namespace = await client.makeNamespace(`blueprint-${label}`);
  let left = size;
  const done = new Promise<void>((resolve) => {
    operator.onLine(({ msg, object }) => {
      if (msg === 'applied' && String(object).includes(`/${namespace}/`) && --left === 0) resolve();
    });
  });
  await client.apply(blueprintOf(namespace, size));
  const stop = await startMeter(stand, operator.child.pid ?? 0);
  await done;
  const cost = await stop();
  // The next round must not pay for the work that follows from these applies.
  await untilQuiet(operator.child.pid ?? 0);
  return cost;
}

/** Starts to measure; the function that it answers stops that. */
async function startMeter({ controlPlane }: Stand, client: number): Promise<() => Promise<Cost>> {
  const { etcd, kubeApiserver } = controlPlane.pids;
  const readAll = async (): Promise<[number, number]> => [
    (await readCpuMs(etcd)) + (await readCpuMs(kubeApiserver)),
    await readCpuMs(client),
  ];
  const [server, sender] = await readAll();
  const started = performance.now();
  return async () => {
    const ms = performance.now() - started;
    const [serverNow, senderNow] = await readAll();
    return { ms, serverMs: serverNow - server, clientMs: senderNow - sender };
  };
}

function toFigure(size: number, rounds: readonly Round[]): Figure {
  const share = median(rounds.map(({ raw, operator }) => raw.ms / operator.ms));
  const rate = (cost: Cost): number => (size / cost.ms) * 1000;
  const [raw, operator] = [
    median(rounds.map((each) => rate(each.raw))),
    median(rounds.map((each) => rate(each.operator))),
  ];
  const bounded = size >= WANTED.from;
  return {
    figure: `apply of ${size} objects, against raw server-side apply by ${CONNECTIONS} connections`,
    ...(bounded
      ? { toReach: `${WANTED.share} of the raw rate or more`, reached: share >= WANTED.share }
      : {}),
    got: `${format(round(share))} of it (${format(Math.round(operator))}/s, raw ${format(Math.round(raw))}/s)`,
    numbers: {
      share: round(share),
      cpuShare: round(median(rounds.map(({ raw, operator }) => cpuOf(raw) / cpuOf(operator)))),
      perSecond: round(operator),
      rawPerSecond: round(raw),
      ...describeRounds(
        'raw',
        rounds.map((each) => each.raw),
      ),
      ...describeRounds(
        'operator',
        rounds.map((each) => each.operator),
      ),
    },
  };
}

function toPeerFigure(size: number, rounds: readonly Round[], peerMs: readonly number[]): Figure {
  const [ours, theirs] = [median(rounds.map(({ operator }) => operator.ms)), median(peerMs)];
  const times = theirs / ours;
  return {
    figure: `apply of ${size} objects, against the ResourceSet of flux-operator`,
    toReach: `${OVER_PEER} times as fast or more`,
    reached: times >= OVER_PEER,
    got: `${format(round(times))} times (flux-operator ${format(Math.round((size / theirs) * 1000))}/s)`,
    numbers: { times: round(times), operatorMs: round(ours), peerMs: peerMs.map(round) },
  };
}

/** On a machine that others use, too, processor time says more than elapsed time. */
function cpuOf({ serverMs, clientMs }: Cost): number {
  return serverMs + clientMs;
}

function describeRounds(who: string, costs: readonly Cost[]): Record<string, number[]> {
  return {
    [`${who}Ms`]: costs.map(({ ms }) => round(ms)),
    [`${who}ServerCpuMs`]: costs.map(({ serverMs }) => round(serverMs)),
    [`${who}ClientCpuMs`]: costs.map(({ clientMs }) => round(clientMs)),
  };
}
