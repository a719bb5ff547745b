import { readParents } from '../harness/operator/child-processes.ts';
import type { SupervisedReplica } from './replica.ts';

/** How often memory is read, and metrics are asked for, in milliseconds. */
const [SAMPLE_MS, SCRAPE_MS] = [500, 5000];

/** Reads what replicas use for as long as it runs. */
export class Observation {
  readonly #timers: NodeJS.Timeout[];
  #scraping: Promise<unknown> = Promise.resolve();

  private constructor(replicas: readonly SupervisedReplica[]) {
    const sample = (): void => {
      const parents = readParents();
      for (const replica of replicas) replica.sample(parents);
    };
    const scrape = (): void => {
      this.#scraping = Promise.all(replicas.map((replica) => replica.scrape()));
    };
    this.#timers = [setInterval(sample, SAMPLE_MS), setInterval(scrape, SCRAPE_MS)];
  }

  /** Begins to observe. */
  static start(replicas: readonly SupervisedReplica[]): Observation {
    return new Observation(replicas);
  }

  /** Ends it. May be called more than once. */
  async stop(): Promise<void> {
    this.#timers.forEach(clearInterval);
    await this.#scraping;
  }
}
