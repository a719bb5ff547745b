/**
 * Benchmarks of the operator, each with what it must reach. `benchmarks/` has one a file, `stand/` the cluster that
 * they run on, `flux/` those on real Flux. Begin with `bench.ts` and {@link runBenchmarks}.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { runAndCleanUp } from '../harness/run-and-clean-up.ts';
import { type Patience, setPatience } from '../harness/wait-for.ts';
import type { Benchmark, BenchmarkOptions } from './benchmark.ts';
import { type Figure, toTable } from '../harness/measure/figure.ts';

/** Large things take minutes, and must not be slowed by looking. */
const LONG: Patience = { boundMs: 300_000, everyMs: 50 };

/**
 * Runs benchmarks as the command line says: `--only a,b` chooses, `--output FILE` says where the JSON goes,
 * `--profiles FOLDER` has the operator write CPU profiles where a benchmark can, `--before FILE` is the bundle of
 * another version, for the benchmark that compares two. Prints a table; the exit code is 1
 * where a figure is not reached, and 2 where the command line is wrong.
 * @param output where the JSON goes by default
 */
export async function runBenchmarks(benchmarks: readonly Benchmark[], output: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      output: { type: 'string', short: 'o', default: output },
      profiles: { type: 'string' },
      before: { type: 'string' },
    },
  });
  const names = benchmarks.map(({ name }) => name);
  const only = values.only?.split(',') ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
    process.exit(2);
  }
  setPatience(LONG);
  const chosen = benchmarks.filter(({ name }) => only.includes(name));
  await runAndCleanUp((cleanups) =>
    measureAll(chosen, values.output, { profiles: values.profiles, before: values.before, cleanups }),
  );
}

async function measureAll(
  benchmarks: readonly Benchmark[],
  output: string,
  options: Omit<BenchmarkOptions, 'report'>,
): Promise<void> {
  const started = new Date();
  const figures: Figure[] = [];
  // The load of the machine in the last minute, before the benchmarks add to it.
  const load = loadavg()[0] ?? 0;
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load,
  };
  const countSeconds = (): number => Math.round((Date.now() - started.getTime()) / 1000);
  for (const { measure } of benchmarks) {
    const begun = figures.length;
    const report = (progress: string): void => void process.stderr.write(`${progress}\n`);
    figures.push(...(await measure({ ...options, report })));
    process.stderr.write(`${toTable(figures.slice(begun))}\n`);
    // After each benchmark, so that an aborted run leaves the figures that it has.
    const summary = { started: started.toISOString(), seconds: countSeconds(), machine, figures };
    await writeFile(output, `${JSON.stringify(summary, null, 2)}\n`);
  }
  const { node, cores, cpu } = machine;
  process.stdout.write(
    `\n${toTable(figures)}\n\n${countSeconds()} s; Node ${node}, ${cores} × ${cpu}, load ${load.toFixed(1)} before; the numbers are in ${output}\n`,
  );
  process.exitCode = figures.every(({ reached }) => reached !== false) ? 0 : 1;
}
