/**
 * Measuring: numbers in short, and what a process uses. The benchmarks, the soak and tests that compare use it. Begin
 * here.
 */

/** The middle of some numbers; the lower of two middles. Throws where there are none. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** The quantile for a share from 0 to 1: the largest number for 0.99 of fewer than 100. Throws if there are none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new Error('there are no numbers');
  return found;
}

/** A summary of times in milliseconds, for the JSON file. */
export function summarize(ms: readonly number[]): Record<string, number> {
  return {
    rounds: ms.length,
    p50Ms: round(median(ms)),
    p90Ms: round(quantile(ms, 0.9)),
    p99Ms: round(quantile(ms, 0.99)),
    maxMs: round(quantile(ms, 1)),
  };
}

/** A number with two digits behind the point. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
