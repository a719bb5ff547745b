import type { DesiredState } from '../core/desired.ts';
import type { Finding } from '../core/lint/finding.ts';
import type { Problem } from '../core/problem.ts';

/** What was found, and what of it refuses the blueprint. */
export interface Practice {
  findings: readonly Finding[];
  refused: readonly Problem[];
}

/** What a process remembers of looking for bad practice. */
export interface PracticeMemory {
  /** Whether things that others make are there, and when that was asked (monotonic milliseconds). */
  lookups: Map<string, { exists: boolean | undefined; at: number }>;
  last?: { desired: DesiredState; at: number; practice: Practice };
}
