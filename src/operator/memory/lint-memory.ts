import type { Parent } from '../../core/adoption/find-parent.ts';
import type { Finding } from '../../core/lint/lint.ts';
import type { Deployer } from '../../core/releases/deployments.ts';
import type { Lookup, LookupSubject } from '../../core/lint/lookup.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { Problem } from '../../core/validation/problem.ts';

/** What the rules found, and which of its findings refuse the blueprint. */
export interface LintResult {
  findings: readonly Finding[];
  refused: readonly Problem[];
}

/** What is known of the cluster without asking. Another one has the rules run again at once. */
export interface Reported {
  /** The alerts that Flux could not deliver: its notes, by the ids of the alerts. */
  undelivered: ReadonlyMap<string, string>;
  /** The objects of others that deploy the same, by the ids of the blueprint's own. */
  deployers: ReadonlyMap<string, Deployer>;
  /** Who applies objects too, by the ids of the objects. */
  parents: ReadonlyMap<string, Pick<KnownParent, 'parent' | 'place'>>;
}

/** Who applies an object too. */
export interface KnownParent {
  parent: Parent;
  /** When the object was last found with its marks, in monotonic milliseconds. */
  seenAt: number;
  /** Where the parent has the object from, in words; undefined where that is not known. */
  place?: string;
}

/** What a process remembers of linting one blueprint. */
export interface LintMemory {
  /** What the cluster answered, by `lookupKey`. */
  readonly lookups: Map<string, Lookup>;
  /**
   * The renamed releases that were found in one version of the blueprint; undefined where none were, or they were
   * released.
   */
  renamed: RenamedReleases | undefined;
  /** Who applies objects too, by the ids of the objects. A correction takes the marks by which that shows. */
  readonly parents: Map<string, KnownParent>;
  /** When the parents were last read, in monotonic milliseconds. */
  parentsReadAt: number;
  last: LastLint | undefined;
  /** The desired objects that shared nothing with objects of others, and the number `Cache.deployments` of then. */
  readonly alone: WeakMap<readonly DesiredObject[], number>;
}

/** Renamed releases, which nothing shows any more once the blueprint is applied. */
export interface RenamedReleases {
  /** The version of the blueprint: its uid and generation. */
  version: string;
  findings: readonly Finding[];
}

/** What the rules found last, and about what. */
export interface LastLint {
  /** What was linted: `CompileCache.version`. */
  version: string;
  /** What the cluster reported by itself then. */
  reported: Reported;
  /** When, in monotonic milliseconds. */
  at: number;
  /** What the rules asked about. */
  asked: readonly LookupSubject[];
  result: LintResult;
}
