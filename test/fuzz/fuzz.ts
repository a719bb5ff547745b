import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../harness/random.ts';
import { BASES } from './bases.ts';
import { Climber, type Find, type Score } from './climb.ts';
import { HEAP_MB, MOST, SEEDS } from './limits.ts';
import { MeasuringProcess } from './measuring-process.ts';

const MINUTE_MS = 60_000;

// Searches for blueprints that cost far more than a plain one of their size: `make fuzz ARGS='--minutes 1 --seed 7'`.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const process = new MeasuringProcess(HEAP_MB);
const climber = new Climber(new SeededRandom(Number(values.seed)), process);
const end = performance.now() + Number(values.minutes) * MINUTE_MS;
console.log(`seed ${values.seed}, ${values.minutes} minutes; a plain blueprint costs 1`);
await climber.begin(BASES.length);
let told: Score = { time: 2, memory: 2 };
while (performance.now() < end) {
  const find = await climber.step();
  if (find === undefined || (find.score.time < told.time * 1.2 && find.score.memory < told.memory * 1.2))
    continue;
  told = { time: Math.max(told.time, find.score.time), memory: Math.max(told.memory, find.score.memory) };
  console.log(describe(find));
}
console.log(`${climber.measured} blueprints were measured`);
let kept = 0;
for (const by of ['time', 'memory'] as const) {
  const [first] = climber.best(by);
  if (first === undefined) continue;
  const find = await climber.shrink(first, by);
  console.log(`most ${by}: ${describe(find)}\n  ${JSON.stringify(find.genome)}`);
  if (find.score[by] <= MOST[by]) continue;
  const name = `${by}-${values.seed}.json`;
  writeFileSync(new URL(name, SEEDS), `${JSON.stringify(find.genome, null, 2)}\n`);
  console.log(`  kept as ${name}: mend what makes it cost so much`);
  kept += 1;
}
process.stop();
if (kept > 0) globalThis.process.exitCode = 1;

function describe({ measured, score, genome }: Find): string {
  const scores = `time ${score.time.toFixed(1)}, memory ${score.memory.toFixed(1)}`;
  if (typeof measured === 'string') return `${scores}: its process ${measured}; ${JSON.stringify(genome)}`;
  const { cpu, heap, bytes, environments, objects, problem } = measured;
  const size = `${(bytes / 1000).toFixed(0)} kB, ${environments} environments`;
  const what = problem === undefined ? `${objects} objects` : `refused (${problem})`;
  const cost = `${cpu.toFixed(0)} ms, ${(heap / 1e6).toFixed(0)} MB`;
  return `${scores}: ${cost} for ${size}; ${what}; ${genome.genes.map(({ kind }) => kind).join(' ')}`;
}
