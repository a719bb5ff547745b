import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Benchmark, type Figure, toTable } from './figure.ts';

/**
 * Runs benchmarks as the command line says: `--only a,b` chooses, `--output FILE` says where the JSON goes,
 * `--profiles FOLDER` has the operator write CPU profiles where a benchmark can. Prints a table; the exit code is 1
 * where a figure is not reached, and 2 where the command line is wrong.
 * @param output where the JSON goes by default
 */
export async function runBenchmarks(benchmarks: readonly Benchmark[], output: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      output: { type: 'string', short: 'o', default: output },
      profiles: { type: 'string' },
    },
  });
  const names = benchmarks.map(({ name }) => name);
  const only = values.only?.split(',') ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
    process.exit(2);
  }
  // The timers of retries do not keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await measureAll(
      benchmarks.filter(({ name }) => only.includes(name)),
      values.output,
      values.profiles,
    );
  } finally {
    clearInterval(alive);
  }
}

async function measureAll(
  benchmarks: readonly Benchmark[],
  output: string,
  profiles: string | undefined,
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
    figures.push(...(await measure({ report, profiles })));
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
