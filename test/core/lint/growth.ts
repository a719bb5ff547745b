/** Shorter work than this says nothing of how it grows, in milliseconds of CPU time. */
const NOISE_MS = 30;

/** CPU time of the fastest of some runs, in milliseconds: what others do on the machine hardly counts in it. */
function cpuOf(work: () => void, runs = 3): number {
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** How many times as long work on `factor` times as much takes; 0 where both are too short to tell. */
export function growthOf(factor: number, makeWork: (size: number) => () => void, size: number): number {
  const [small, large] = [size, size * factor].map((each) => cpuOf(makeWork(each)));
  if (small === undefined || large === undefined) throw new Error('nothing was measured');
  return Math.max(0, large - NOISE_MS) / Math.max(small, 1);
}
