import { compare, comparePaths } from '../values/path.ts';

/** Why a blueprint is refused. */
export interface Problem {
  /** What kind of problem, for machines: kebab-case. */
  rule: string;
  /** Where in the blueprint, e.g. `spec.layers[2].dependsOn[0]`. */
  path: string;
  /** What was found, what is allowed, and what to do. Never a value that may be secret. */
  message: string;
}

/** Translates a path that a part of the compiler sees into one of the blueprint. */
export type Locate = (path: string) => string;

/** A problem, and the environments in which it was found; `undefined` is the blueprint itself, and so all of them. */
interface Found {
  problem: Problem;
  environments: Set<string | undefined>;
}

/** Collects problems in whatever order they are found; they come out sorted by path, each once. */
export class Problems {
  readonly #found: Map<string, Found>;
  readonly #unread: Set<string | undefined>;
  readonly #locate: Locate;
  readonly #environment: string | undefined;

  constructor(whole?: Problems, locate: Locate = (path) => path, environment?: string) {
    this.#found = whole === undefined ? new Map<string, Found>() : whole.#found;
    this.#unread = whole === undefined ? new Set<string | undefined>() : whole.#unread;
    this.#locate = locate;
    this.#environment = environment;
  }

  /** The same collection for a part that sees the blueprint otherwise, e.g. merged with an environment. */
  within({ locate, environment }: { locate: Locate; environment?: string | undefined }): Problems {
    return new Problems(this, locate, environment);
  }

  /** Notes a problem. */
  add(rule: string, at: string, message: string): void {
    const path = this.#locate(at);
    const key = `${path}\n${rule}\n${message}`;
    const found = this.#found.get(key) ?? { problem: { rule, path, message }, environments: new Set() };
    found.environments.add(this.#environment);
    this.#found.set(key, found);
  }

  /** Says that the environment is so wrong that it was looked at no further. */
  markUnchecked(): void {
    this.#unread.add(this.#environment);
  }

  /** Whether there are none. */
  get none(): boolean {
    return this.#found.size === 0;
  }

  /**
   * All of them, sorted by path, then rule, then message. One that only some of `environments` have says in which,
   * unless its path or its words do so already.
   */
  list(environments: readonly string[] = []): Problem[] {
    const read = environments.filter((name) => !this.#unread.has(name));
    return [...this.#found.values()]
      .map((found) => nameEnvironments(found, read))
      .sort(
        (a, b) => comparePaths(a.path, b.path) || compare(a.rule, b.rule) || compare(a.message, b.message),
      );
  }
}

/** The most environments that a problem names. */
const MAX_NAMED = 5;

function nameEnvironments({ problem, environments }: Found, all: readonly string[]): Problem {
  if (environments.has(undefined) || problem.path.startsWith('spec.environments[')) return problem;
  if (all.every((name) => environments.has(name))) return problem;
  const names = all.filter((name) => environments.has(name) && !problem.message.includes(`(${name})`));
  if (names.length === 0) return problem;
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  const named = `${names.slice(0, MAX_NAMED).join(', ')}${more}`;
  const what = names.length === 1 ? 'environment' : 'environments';
  return { ...problem, message: `${problem.message} (in ${what} ${named})` };
}

/** A problem as one line: `path: message`. */
export function describeProblem(problem: Problem): string {
  return `${problem.path}: ${problem.message}`;
}
