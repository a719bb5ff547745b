import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { BASES, plainSpec } from '../../../fuzz/bases.ts';
import { scoreOf } from '../../../fuzz/climb.ts';
import { type Genome, buildSpec, mutateGenome } from '../../../fuzz/genome.ts';
import { HEAP_MB, MOST, SEEDS } from '../../../fuzz/limits.ts';
import type { Cost } from '../../../fuzz/measure.ts';
import { SeededRandom } from '../../../harness/random.ts';
import { problemsOf } from '../../compiling.ts';

const CHILD = fileURLToPath(new URL('../../../fuzz/compare-seed.ts', import.meta.url));

/** What a seed costs, and a plain blueprint of as many bytes, both in one process with a small heap. */
function compare(file: string): Record<'seed' | 'plain', Cost> {
  const options = [`--max-old-space-size=${HEAP_MB}`, '--disable-warning=ExperimentalWarning'];
  const answer = execFileSync(process.execPath, [...options, CHILD, file], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(answer) as Record<'seed' | 'plain', Cost>;
}

const FILES = readdirSync(SEEDS).filter((file) => file.endsWith('.json'));

test('what the fuzzer begins with, and what it compares with, compiles', () => {
  for (const spec of [...BASES, plainSpec(400_000, 0), plainSpec(20_000, 7)])
    expect(problemsOf(spec)).toEqual([]);
});

test('whatever the fuzzer breeds makes an object to compile, or nothing', () => {
  const random = new SeededRandom(313460);
  for (let i = 0; i < 10; i++) {
    let genome: Genome = { base: i, genes: [{ kind: 'copy', at: 0, with: i, count: 1 }] };
    for (let step = 0; step < 8; step++) {
      genome = mutateGenome(genome, random);
      if (genome.genes.length === 0) break;
      expect(['object', 'undefined']).toContain(typeof buildSpec(genome));
    }
  }
});

test('the fuzzer has left seeds', () => {
  expect(FILES.length).toBeGreaterThan(0);
});

test.each(FILES)('%s compiles in a small heap, and costs what its size is worth', (file) => {
  const { seed, plain } = compare(file);
  const effort = plain.bytes * (1 + plain.environments);
  const score = scoreOf(seed, { time: plain.cpu / effort, memory: plain.heap / effort });
  expect(score.time).toBeLessThan(MOST.time);
  expect(score.memory).toBeLessThan(MOST.memory);
});
