import type { SeededRandom } from '../harness/random.ts';
import { type Genome, mutateGenome } from './genome.ts';
import type { Cost } from './measure.ts';
import type { Measured, MeasuringProcess } from './measuring-process.ts';

/** What a blueprint costs, as a multiple of what a plain one of as many bytes and environments does. */
export interface Score {
  time: number;
  memory: number;
}

/** A genome, what it was found to cost, and its score. */
export interface Find {
  genome: Genome;
  measured: Cost | 'died' | 'too slow';
  score: Score;
}

/** How many of the best are bred from, for time and for memory. */
const POPULATION = 12;

/** What ends a process counts as this much. */
const LOST = 1000;

/** What any blueprint takes that is too small to tell, in milliseconds and in bytes. */
const LEAST_MS = 50;
const LEAST_BYTES = 10_000_000;

/** A plain blueprint of this many bytes tells what a byte costs. */
const PLAIN_BYTES = 400_000;

/** Climbs from generation to generation towards blueprints that cost more than their size is worth. */
export class Climber {
  readonly #random: SeededRandom;
  readonly #process: MeasuringProcess;
  readonly #best: Record<keyof Score, Find[]> = { time: [], memory: [] };
  #perByte: Score = { time: 1, memory: 1 };
  /** How many blueprints were measured. */
  measured = 0;

  constructor(random: SeededRandom, process: MeasuringProcess) {
    this.#random = random;
    this.#process = process;
  }

  /** The best for time or memory, the best first. */
  best(by: keyof Score): readonly Find[] {
    return this.#best[by];
  }

  /** Measures a plain blueprint and the first ones to breed from. */
  async begin(bases: number): Promise<void> {
    for (let i = 0; i < 3; i++) {
      const plain = await this.#process.ask({ plain: { bytes: PLAIN_BYTES, environments: 0 } });
      if (typeof plain === 'string') throw new Error(`a plain blueprint: ${plain}`);
      this.#perByte = { time: plain.cpu / plain.bytes, memory: plain.heap / plain.bytes };
    }
    for (let base = 0; base < bases; base++)
      await this.#try({ base, genes: [{ kind: 'add', at: 0, with: 0, count: 0 }] });
  }

  /** Breeds one blueprint and measures it; the find, where it is among the best. */
  async step(): Promise<Find | undefined> {
    const by = this.#random.pick(['time', 'memory'] as const);
    const parent = this.#random.pick(this.#best[by]).genome;
    let genome = mutateGenome(parent, this.#random);
    while (this.#random.chance(0.4)) genome = mutateGenome(genome, this.#random);
    return this.#try(genome);
  }

  /** Leaves out every gene without which the find costs as much. */
  async shrink(find: Find, by: keyof Score): Promise<Find> {
    let least = find;
    for (let i = find.genome.genes.length - 1; i >= 0; i--) {
      const { base, genes } = least.genome;
      if (genes.length < 2) break;
      const genome = { base, genes: genes.filter((_, k) => k !== i) };
      const next = this.#judge(genome, await this.#process.ask({ genome }));
      if (next !== undefined && next.score[by] >= 0.8 * least.score[by]) least = next;
    }
    return least;
  }

  async #try(genome: Genome): Promise<Find | undefined> {
    let find = this.#judge(genome, await this.#process.ask({ genome }));
    if (find !== undefined && this.#isBest(find)) {
      // Whatever else the machine does makes a run longer and never shorter.
      const again = this.#judge(genome, await this.#process.ask({ genome }));
      if (again !== undefined) find = lower(find, again);
    }
    return find !== undefined && this.#keep(find) ? find : undefined;
  }

  #judge(genome: Genome, measured: Measured): Find | undefined {
    this.measured += 1;
    if (measured === 'nothing') return undefined;
    if (typeof measured === 'string') return { genome, measured, score: { time: LOST, memory: LOST } };
    return { genome, measured, score: scoreOf(measured, this.#perByte) };
  }

  #isBest(find: Find): boolean {
    return (['time', 'memory'] as const).some(
      (by) => find.score[by] > (this.#best[by][POPULATION - 1]?.score[by] ?? 0),
    );
  }

  #keep(find: Find): boolean {
    if (!this.#isBest(find)) return false;
    for (const by of ['time', 'memory'] as const) {
      const best = [...this.#best[by], find].sort((a, b) => b.score[by] - a.score[by]);
      this.#best[by] = best.slice(0, POPULATION);
    }
    return true;
  }
}

/** The score of a blueprint, where a plain one costs so much for each byte: milliseconds, and bytes of heap. */
export function scoreOf({ cpu, heap, bytes, environments }: Cost, perByte: Score): Score {
  const effort = bytes * (1 + environments);
  return {
    time: cpu / (LEAST_MS + effort * perByte.time),
    memory: heap / (LEAST_BYTES + effort * perByte.memory),
  };
}

/** The one of two measurements that costs less. */
function lower(a: Find, b: Find): Find {
  if (typeof a.measured === 'string' || typeof b.measured === 'string')
    return typeof a.measured === 'string' ? b : a;
  const score = {
    time: Math.min(a.score.time, b.score.time),
    memory: Math.min(a.score.memory, b.score.memory),
  };
  return { ...a, score };
}
