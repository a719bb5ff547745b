import type { NeighbourReport } from '../harness/blueprint/neighbour-report.ts';
import { exactly, type Figure, format, under } from '../harness/measure/figure.ts';
import { quantile, round } from '../harness/measure/statistics.ts';
import type { SupervisedReplica } from './replica.ts';

/** What a soak found out. */
export interface Findings {
  replicas: readonly SupervisedReplica[];
  /** The limit of a container, in MiB. */
  memoryMib: number;
  /** When the attacks began and ended (`performance.now()`). */
  fromMs: number;
  untilMs: number;
  leadershipChanges: number;
  /** By the name of the good tenant. */
  neighbours: ReadonlyMap<string, NeighbourReport>;
  /** What was left when everything had been deleted. */
  left: readonly string[];
  runs: number;
}

/** The table of a soak. */
export function toFigures(findings: Findings): Figure[] {
  const { replicas, leadershipChanges, left, runs } = findings;
  const restarts = replicas.reduce((sum, { ends }) => sum + ends.length, 0);
  return [
    exactly('restarts', restarts, 0, 'restarts', { attacks: runs }),
    exactly('changes of the leadership', leadershipChanges, 0, 'changes', {}),
    ...replicas.flatMap((replica) => toReplicaFigures(replica, findings)),
    ...[...findings.neighbours].flatMap(([name, report]) => toNeighbourFigures(name, report)),
    exactly('left when everything is deleted', left.length, 0, 'objects', {}),
  ];
}

function toReplicaFigures({ name, ...replica }: SupervisedReplica, findings: Findings): Figure[] {
  const { memoryMib, fromMs, untilMs } = findings;
  const within = <T extends { at: number }>(list: readonly T[]): T[] =>
    list.filter(({ at }) => at >= fromMs && at <= untilMs);
  const samples = within(replica.samples);
  const memory = samples.map((sample) => sample.memoryMib);
  const descriptors = samples.map((sample) => sample.descriptors);
  const scrapes = within(replica.scrapes);
  const lags = scrapes.map(({ lagMs }) => lagMs);
  const most = greatest(memory);
  return [
    {
      ...under(`${name}: memory with its children, at most`, most, memoryMib, 'MiB', {}),
      got: `${format(most)} MiB`,
      numbers: {
        mostMib: round(most),
        ...describeQuarters('Mib', memory),
        processes: greatest(samples.map(({ processes }) => processes)),
      },
    },
    info(`${name}: memory, mean of the first and the last quarter`, describeGrowth(memory, 'MiB'), {}),
    info(
      `${name}: descriptors, mean of the first and the last quarter`,
      `${describeGrowth(descriptors, '')}, at most ${greatest(descriptors)}`,
      { most: greatest(descriptors), ...describeQuarters('', descriptors) },
    ),
    info(
      `${name}: longest turn of the event loop`,
      `p50 ${format(middle(lags))} ms, at most ${format(greatest(lags))} ms`,
      { lagsMs: lags.map(round), unanswered: replica.unanswered },
    ),
    info(
      `${name}: heap and queue, at most`,
      `${format(greatest(scrapes.map(({ heapMib }) => heapMib)))} MiB, ${greatest(scrapes.map(({ queued }) => queued))} blueprints`,
      { heapMib: scrapes.map(({ heapMib }) => round(heapMib)), queued: scrapes.map(({ queued }) => queued) },
    ),
  ];
}

function toNeighbourFigures(name: string, report: NeighbourReport): Figure[] {
  const { quiet, attacked, harm, shortage } = report;
  const latency = attacked ?? { changes: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, p99OverControlMs: 0 };
  const { changes, p50Ms, p99Ms, maxMs, p99OverControlMs } = latency;
  const before = [quiet.p50Ms, quiet.p99Ms, quiet.maxMs].map(format).join(', ');
  return [
    {
      figure: `${name}: ${changes} changes, p50, p99, max`,
      got: `${[p50Ms, p99Ms, maxMs].map(format).join(', ')} ms; quiet ${before} ms`,
      numbers: { ...latency, quietP50Ms: quiet.p50Ms, quietP99Ms: quiet.p99Ms, quietMaxMs: quiet.maxMs },
    },
    {
      figure: `${name}: p99 over the API server's own time`,
      toReach: `quiet and ${format(1000 * shortage)} ms, none lost`,
      got: `${format(p99OverControlMs)} ms; quiet ${format(quiet.p99OverControlMs)} ms`,
      reached: harm.length === 0,
      numbers: { p99OverControlMs, quietP99OverControlMs: quiet.p99OverControlMs, shortage },
    },
  ];
}

/** A figure without a bound. */
function info(figure: string, got: string, numbers: Figure['numbers']): Figure {
  return { figure, got, numbers };
}

function describeGrowth(numbers: readonly number[], unit: string): string {
  const [first, last] = [meanOf(quarter(numbers, 0)), meanOf(quarter(numbers, 3))];
  return `${format(first)} and ${format(last)} ${unit}`.trim();
}

function describeQuarters(unit: string, numbers: readonly number[]): Figure['numbers'] {
  const means = [0, 1, 2, 3].map((which) => round(meanOf(quarter(numbers, which))));
  return { [`quarters${unit}`]: means };
}

function quarter(numbers: readonly number[], which: number): number[] {
  const length = numbers.length / 4;
  return numbers.slice(Math.floor(which * length), Math.floor((which + 1) * length));
}

function meanOf(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

function middle(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : quantile(numbers, 0.5);
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 0);
}
