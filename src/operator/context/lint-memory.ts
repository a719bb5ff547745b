import type { Finding } from '../../core/lint/model/finding.ts';
import type { Problem } from '../../core/validation/problem.ts';

/** What was found, and what of it refuses the blueprint. */
export interface Practice {
  findings: readonly Finding[];
  refused: readonly Problem[];
}

/** Whether something that others make is there. */
export interface Lookup {
  /** Undefined where that may not be asked. */
  exists: boolean | undefined;
  /** The keys of its data, where its metadata tells. */
  keys: readonly string[] | undefined;
  /** When it was asked, and since when the answer is the same (monotonic milliseconds). */
  at: number;
  since: number;
}

/** What a process remembers of looking for bad practice. */
export interface PracticeMemory {
  lookups: Map<string, Lookup>;
  last?: {
    /** What it was found in: see `compiledVersion` of the memory. */
    version: string;
    undelivered: ReadonlyMap<string, string>;
    at: number;
    asked: readonly string[];
    practice: Practice;
  };
}
