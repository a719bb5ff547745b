/** Shorter work than this says nothing of how it grows, in milliseconds of CPU time. */
const NOISE_MS = 30;

/** How often work is measured that takes part in a comparison. */
const ROUNDS = 5;

/** CPU time of this process that something takes, in milliseconds, with its result. */
export function measureCpu<T>(work: () => T): { result: T; cost: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, cost: (user + system) / 1000 };
}

/**
 * CPU time of the cheapest of some runs of each work, in milliseconds. They take turns, so that what else the machine
 * does, and what this process collects and compiles meanwhile, falls upon all of them; in the cheapest run it hardly
 * counts.
 */
export function cheapestOf(works: readonly (() => unknown)[], rounds = ROUNDS): number[] {
  const costs = works.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) costs[i] = Math.min(costs[i] ?? Infinity, measureCpu(work).cost);
  }
  return costs;
}

/** How many times as long work on `factor` times as much takes; 0 where both are too short to measure. */
export function growthOf(factor: number, makeWork: (size: number) => () => void, size: number): number {
  const [small = 0, large = 0] = cheapestOf([makeWork(size), makeWork(size * factor)]);
  return large < NOISE_MS ? 0 : large / Math.max(small, 1);
}
