import { readFileSync } from 'node:fs';
import { plainSpec } from './bases.ts';
import { type Genome, buildSpec } from './genome.ts';
import { SEEDS } from './limits.ts';
import { type Cost, measureSpec } from './measure.ts';

/** How often each is measured. */
const ROUNDS = 3;

// Prints what one seed costs, and a plain blueprint of as many bytes and environments: `node compare-seed.ts FILE`.
const genome = JSON.parse(readFileSync(new URL(process.argv[2] ?? '', SEEDS), 'utf8')) as Genome;
const seed = buildSpec(genome);
const { bytes, environments } = measureSpec(seed);
const plain = plainSpec(bytes, environments);
const costs = Array.from({ length: ROUNDS }, () => [measureSpec(seed), measureSpec(plain)] as const);
const least = (side: 0 | 1, of: 'cpu' | 'heap'): number => Math.min(...costs.map((pair) => pair[side][of]));
const [first] = costs;
const answer: Record<'seed' | 'plain', Partial<Cost>> = {
  seed: { ...first?.[0], cpu: least(0, 'cpu'), heap: least(0, 'heap') },
  plain: { ...first?.[1], cpu: least(1, 'cpu'), heap: least(1, 'heap') },
};
process.stdout.write(JSON.stringify(answer));
