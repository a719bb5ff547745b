import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { compile } from '../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../src/core/compile/model/context.ts';
import type { Benchmark } from '../benchmark.ts';
import { format } from '../../harness/measure/figure.ts';
import { round } from '../../harness/measure/statistics.ts';

/**
 * How long compiling takes. `node test/bench/benchmarks/compile.ts` prints a table, `-o json` the same as JSON;
 * `--size` and
 * `--shape` choose one.
 */

const SIZES = [10, 100, 1000, 5000];
const ROUNDS = 7;
const PER_LAYER = 100;

const SOURCES = [{ name: 'fleet', git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } } }];
const SHARED = {
  defaults: { kustomization: { timeout: '5m', retryInterval: '1m' } },
  variables: { substitute: { CLUSTER_NAME: 'production', DOMAIN: 'example.com', ENVIRONMENT: 'prod' } },
  secrets: { sops: { secretRef: { name: 'sops-age' } } },
  sources: SOURCES,
};

interface Component {
  name: string;
  dependsOn: string[];
  kustomization: object;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Components in layers of {@link PER_LAYER}; each names its dependencies in full. */
function inLayers(count: number, dependsOn: (i: number) => number[]): object {
  const title = (i: number): string => `l${Math.floor(i / PER_LAYER)}/c${i}`;
  const components = range(count).map((i): Component => ({
    name: `c${i}`,
    dependsOn: dependsOn(i).map(title),
    kustomization: { targetNamespace: 'apps' },
  }));
  const layers = range(Math.ceil(count / PER_LAYER)).map((i) => ({
    name: `l${i}`,
    components: components.slice(i * PER_LAYER, (i + 1) * PER_LAYER),
  }));
  return { ...SHARED, layers };
}

/** Blueprints of so many components, by what their edges look like. */
const SHAPES: Readonly<Record<string, (count: number) => object>> = {
  /** Each waits for the one before. */
  chain: (count) => inLayers(count, (i) => (i === 0 ? [] : [i - 1])),
  /** All wait for the first. */
  fan: (count) => inLayers(count, (i) => (i === 0 ? [] : [0])),
  /** Layers of ten, each waits for all the layers before, up to a hundred. */
  layers: (count) => {
    const perLayer = Math.max(10, Math.ceil(count / 200));
    return {
      ...SHARED,
      layers: range(Math.ceil(count / perLayer)).map((i) => ({
        name: `l${i}`,
        dependsOn: range(Math.min(i, 100)).map((j) => `l${i - j - 1}`),
        components: range(Math.min(perLayer, count - i * perLayer)).map((j) => ({
          name: `c${i * perLayer + j}`,
          kustomization: {},
        })),
      })),
    };
  },
  /** A tenth of the components, in ten environments. */
  environments: (count) => ({
    ...inLayers(Math.ceil(count / 10), (i) => (i === 0 ? [] : [i - 1])),
    environments: range(10).map((i) => ({
      name: `e${i}`,
      variables: { substitute: { ENVIRONMENT: `e${i}` } },
      layers: [{ name: 'l0', path: `./e${i}` }],
    })),
  }),
};

interface Measurement {
  shape: string;
  components: number;
  /** Median of the rounds, in milliseconds. */
  median: number;
  /** The fastest of them. */
  best: number;
  /** Median of the processor time, which depends less on what else the machine does. */
  cpu: number;
  objects: number;
}

function measure(shape: string, components: number, context: CompileContext): Measurement {
  const input = {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'bench', namespace: 'flux-system' },
    spec: SHAPES[shape]?.(components),
  };
  let objects = 0;
  const times = range(ROUNDS + 1).map(() => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    const compiled = compile(input, context);
    const { user, system } = process.cpuUsage(before);
    const time = { wall: performance.now() - start, cpu: (user + system) / 1000 };
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems.slice(0, 3)));
    objects = compiled.desired.objects.length;
    return time;
  });
  // The first round also compiles the compiler.
  const [, ...rounds] = times;
  const wall = sorted(rounds.map((time) => time.wall));
  const cpu = sorted(rounds.map((time) => time.cpu));
  const middle = Math.floor(ROUNDS / 2);
  return {
    ...{ shape, components, objects },
    ...{ median: wall[middle] ?? 0, best: wall[0] ?? 0, cpu: cpu[middle] ?? 0 },
  };
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

function toTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ shape, components, objects, median, best, cpu }) => [
    shape,
    String(components),
    String(objects),
    ...[median, best, cpu].map((time) => time.toFixed(1)),
  ]);
  const all = [['SHAPE', 'COMPONENTS', 'OBJECTS', 'MEDIAN MS', 'BEST', 'CPU'], ...rows];
  const widths = range(6).map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('   '),
    )
    .join('\n');
}

/** How long compiling takes, as a part of all benchmarks: a thousand components of each shape. */
export const compiling: Benchmark = {
  name: 'compile',
  measure: ({ report }) => {
    report('compile: a thousand components');
    return Promise.resolve(
      Object.keys(SHAPES).map((shape) => {
        const { components, objects, median, best, cpu } = measure(shape, 1000, context);
        return {
          figure: `compiling ${components} components, shape ${shape}`,
          got: `${format(median)} ms`,
          numbers: { objects, medianMs: round(median), bestMs: round(best), cpuMs: round(cpu) },
        };
      }),
    );
  },
};

const context = { ...offlineContext(), maxObjects: 10_000 };

function runAlone(): void {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', short: 'o', default: 'table' },
      size: { type: 'string', multiple: true },
      shape: { type: 'string', multiple: true },
    },
  });
  const measurements = (values.shape ?? Object.keys(SHAPES)).flatMap((shape) =>
    (values.size?.map(Number) ?? SIZES).map((size) => measure(shape, size, context)),
  );
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  process.stdout.write(
    values.output === 'json'
      ? `${JSON.stringify({ machine, rounds: ROUNDS, measurements }, null, 2)}\n`
      : `${toTable(measurements)}\n\nMedian of ${ROUNDS}; Node ${machine.node}, ${machine.cores} × ${machine.cpu}\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runAlone();
