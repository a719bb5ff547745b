import type { Finding } from '../../core/lint/lint.ts';
import type { Lookup, LookupSubject } from '../../core/lint/lookup.ts';
import type { Problem } from '../../core/validation/problem.ts';

/** What the rules found, and which of its findings refuse the blueprint. */
export interface LintResult {
  findings: readonly Finding[];
  refused: readonly Problem[];
}

/** What a process remembers of linting one blueprint. */
export interface LintMemory {
  /** What the cluster answered, by `lookupKey`. */
  readonly lookups: Map<string, Lookup>;
  last: LastLint | undefined;
}

/** What the rules found last, and about what. */
export interface LastLint {
  /** What was linted: `CompileCache.version`. */
  version: string;
  /** The alerts that Flux could not deliver then: the notes, by the ids of the alerts. */
  undelivered: ReadonlyMap<string, string>;
  /** When, in monotonic milliseconds. */
  at: number;
  /** What the rules asked about. */
  asked: readonly LookupSubject[];
  result: LintResult;
}
