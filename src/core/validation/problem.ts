/**
 * Checks of input, and the problems that they find. This room knows schemas and Flux's rules, but not the compiler; its
 * callers say where in a blueprint a value stands. Start with {@link Problems}; `check-schema.ts` checks a value
 * against a schema.
 */

import { compareRemarks } from '../values/path.ts';
import { joinFirst } from '../values/suggest.ts';
import { clip } from '../values/truncate.ts';
import {
  EnoughProblems,
  type Found,
  type Hint,
  MAX_PROBLEMS,
  type Problem,
  ProblemCollection,
} from './problem-collection.ts';

export { type Hint, MAX_PROBLEMS, type Problem } from './problem-collection.ts';

/** Translates a path as a part of the compiler sees it into a path of the blueprint. */
export type Locate = (path: string) => string;

/** The longest path and the longest message of a problem, in characters. */
const MAX_PATH = 1024;
const MAX_MESSAGE = 4096;

/**
 * Collects problems in any order and lists each once, sorted by path: the first {@link MAX_PROBLEMS} of them, and how
 * many more there are. Takes bounded memory, whatever is added.
 */
export class Problems {
  readonly #found: ProblemCollection;
  readonly #unchecked: Set<string | undefined>;
  readonly #locate: Locate;
  readonly #environment: string | undefined;

  constructor(
    whole?: Problems,
    locate: Locate = (path) => path,
    environment?: string,
    found?: ProblemCollection,
  ) {
    this.#found = whole === undefined ? (found ?? new ProblemCollection()) : whole.#found;
    this.#unchecked = whole === undefined ? new Set<string | undefined>() : whole.#unchecked;
    this.#locate = locate;
    this.#environment = environment;
  }

  /** A collection that ends the work within {@link collect} after so many finds. */
  static upTo(finds: number): Problems {
    return new Problems(undefined, undefined, undefined, new ProblemCollection(finds));
  }

  /** Whether there were so many problems that the work was ended, and not all of them were found. */
  get ended(): boolean {
    return this.#found.ended;
  }

  /**
   * Returns a view of this collection for a part with paths of its own, e.g. a blueprint merged with an environment.
   */
  within({ locate, environment }: { locate: Locate; environment?: string | undefined }): Problems {
    return new Problems(this, locate, environment);
  }

  /**
   * Adds a problem at a path, which is translated into one of the blueprint. `hint` finds the end of the message.
   * Within {@link collect} it ends the work once there are far more problems than anybody reads.
   */
  add(rule: string, at: string, message: string, hint?: Hint): void {
    const path = clip(this.#locate(at), MAX_PATH);
    this.#found.add({ rule, path, message: clip(message, MAX_MESSAGE) }, hint, this.#environment);
  }

  /** {@link add}, unless a problem of the same rule stands at the same path already. */
  addUnlessSaid(rule: string, at: string, message: string): void {
    if (!this.#found.has({ rule, path: clip(this.#locate(at), MAX_PATH) })) this.add(rule, at, message);
  }

  /** Does work that adds problems to this collection or its views; undefined where enough of them ended the work. */
  collect<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof EnoughProblems) return undefined;
      throw error;
    }
  }

  /** Records that the current environment was not checked any further. {@link list} then ignores it. */
  markUnchecked(): void {
    this.#unchecked.add(this.#environment);
  }

  /** Whether the collection is empty. */
  get none(): boolean {
    return this.#found.none;
  }

  /**
   * Lists the first {@link MAX_PROBLEMS} problems, sorted by path, rule and message; a last one counts the others. The
   * message of a problem that only some of `environments` have names these, unless its path or message does so already.
   */
  list(environments: readonly string[] = []): Problem[] {
    const checked = environments.filter((name) => !this.#unchecked.has(name));
    const kept = this.#found.list();
    const problems = kept.flatMap((found) => completeMessages(found, checked)).sort(compareRemarks);
    const more = problems.length - MAX_PROBLEMS + this.#found.size - kept.length;
    if (more <= 0 && !this.#found.ended) return problems;
    return [...problems.slice(0, MAX_PROBLEMS), countMore(Math.max(0, more), this.#found.ended)];
  }
}

/** The last problem of a list that does not hold all of them. */
function countMore(count: number, ended: boolean): Problem {
  const many = count === 0 ? 'perhaps' : ended ? `at least ${count}` : String(count);
  return {
    rule: 'more-problems',
    path: '',
    message: `and ${many} more ${count === 1 ? 'problem' : 'problems'}`,
  };
}

/** The problems that a found one stands for: usually one, or several where hints differ between environments. */
function completeMessages({ variants, ...problem }: Found, all: readonly string[]): Problem[] {
  const byMessage = new Map<string, Set<string | undefined>>();
  for (const { hint, environments } of variants.values()) {
    const message = clip(problem.message + (hint?.find() ?? ''), MAX_MESSAGE);
    const before = byMessage.get(message);
    byMessage.set(message, new Set([...(before ?? []), ...environments]));
  }
  return [...byMessage].map(([message, environments]) =>
    nameEnvironments({ ...problem, message }, environments, all),
  );
}

/** The most environments that a problem names. */
const MAX_NAMED = 5;

function nameEnvironments(
  problem: Problem,
  environments: ReadonlySet<string | undefined>,
  all: readonly string[],
): Problem {
  if (environments.has(undefined) || problem.path.startsWith('spec.environments[')) return problem;
  if (all.every((name) => environments.has(name))) return problem;
  const names = all.filter((name) => environments.has(name) && !problem.message.includes(`(${name})`));
  if (names.length === 0) return problem;
  const what = names.length === 1 ? 'environment' : 'environments';
  return { ...problem, message: `${problem.message} (in ${what} ${joinFirst(names, MAX_NAMED)})` };
}

/** Says how many problems a list stands for: `3 problems`, or `100 problems and 17 more problems`. */
export function countProblems(problems: readonly Problem[]): string {
  const listed = problems.filter((problem) => !isCount(problem));
  const more = problems.find(isCount);
  const count = `${listed.length} ${listed.length === 1 ? 'problem' : 'problems'}`;
  return more === undefined ? count : `${count} ${more.message}`;
}

/**
 * Formats problems, a line for each. Where there are more than are listed, the first line says how many, so that it
 * stays when the text is cut.
 */
export function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.filter((problem) => !isCount(problem)).map(describeProblem);
  return (problems.some(isCount) ? [`${countProblems(problems)}:`, ...lines] : lines).join('\n');
}

/** Whether a problem, or a finding that refuses a blueprint, is only the number of those that are not listed. */
function isCount({ rule, path }: Problem): boolean {
  return path === '' && rule.startsWith('more-');
}

/** Formats a problem as one line: `path: message`; the message alone where it has no path. */
export function describeProblem(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}
