import type { Cleanups } from '../harness/cleanup.ts';
import type { Figure } from '../harness/measure/figure.ts';

/** Figures that are measured together. */
export interface Benchmark {
  /** How the command line names it. */
  name: string;
  measure: (options: BenchmarkOptions) => Promise<Figure[]>;
}

/** What the command line says. */
export interface BenchmarkOptions {
  /** Reports progress to the person who waits. */
  report: (progress: string) => void;
  /** Run when all benchmarks are over, or interrupted. */
  cleanups: Cleanups;
  /** Where the operator's CPU profiles go; undefined for none. */
  profiles: string | undefined;
  /** The bundle of another version, to compare with; undefined where none is given. */
  before: string | undefined;
}
