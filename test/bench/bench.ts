import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { apply } from './apply.ts';
import { change } from './change.ts';
import { compiling } from './compile.ts';
import { crowd } from './crowd.ts';
import { drift } from './drift.ts';
import { noChange } from './no-change.ts';
import { failover } from './failover.ts';
import { type Figure, toTable } from './figure.ts';

/**
 * Measures the operator against a real API server on this machine. `--only a,b` chooses, `--output FILE` says where the
 * JSON goes, `--profiles FOLDER` has the operator write CPU profiles.
 */
const BENCHMARKS = [compiling, apply, change, noChange, drift, crowd, failover];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    output: { type: 'string', short: 'o', default: 'bench.json' },
    profiles: { type: 'string' },
  },
});

const names = BENCHMARKS.map(({ name }) => name);
const only = values.only?.split(',') ?? names;
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(2);
}

// The timers of retries keep no process alive.
const alive = setInterval(() => undefined, 60_000);
const started = new Date();
const figures: Figure[] = [];
const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };

function countSeconds(): number {
  return Math.round((Date.now() - started.getTime()) / 1000);
}

/** After each benchmark, so that a run that is broken off has told what it found. */
async function writeReport(): Promise<void> {
  const report = { started: started.toISOString(), seconds: countSeconds(), machine, figures };
  await writeFile(values.output, `${JSON.stringify(report, null, 2)}\n`);
}

try {
  for (const { name, measure } of BENCHMARKS) {
    if (!only.includes(name)) continue;
    const begun = figures.length;
    const tell = (progress: string): void => void process.stderr.write(`${progress}\n`);
    figures.push(...(await measure({ tell, profiles: values.profiles })));
    process.stderr.write(`${toTable(figures.slice(begun))}\n`);
    await writeReport();
  }
} finally {
  clearInterval(alive);
}

process.stdout.write(
  `\n${toTable(figures)}\n\n${countSeconds()} s; Node ${machine.node}, ${machine.cores} × ${machine.cpu}; the numbers are in ${values.output}\n`,
);
process.exitCode = figures.every(({ reached }) => reached !== false) ? 0 : 1;
