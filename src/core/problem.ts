import { comparePaths } from './path.ts';

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

/** Collects problems in whatever order they are found; they come out sorted by path, each once. */
export class Problems {
  readonly #found: Map<string, Problem>;
  readonly #locate: Locate;

  constructor(found = new Map<string, Problem>(), locate: Locate = (path) => path) {
    this.#found = found;
    this.#locate = locate;
  }

  /** The same collection for a part that sees the blueprint otherwise, e.g. merged with an environment. */
  within(locate: Locate): Problems {
    return new Problems(this.#found, locate);
  }

  /** Notes a problem. */
  add(rule: string, at: string, message: string): void {
    const path = this.#locate(at);
    this.#found.set(`${path}\n${rule}\n${message}`, { rule, path, message });
  }

  /** Whether there are none. */
  get none(): boolean {
    return this.#found.size === 0;
  }

  /** All of them, sorted by path, then rule, then message. */
  list(): Problem[] {
    return [...this.#found.values()].sort(
      (a, b) => comparePaths(a.path, b.path) || compare(a.rule, b.rule) || compare(a.message, b.message),
    );
  }
}

/** Orders text by code unit: the same on every machine, unlike a locale's order. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A problem as one line: `path: message`. */
export function describeProblem(problem: Problem): string {
  return `${problem.path}: ${problem.message}`;
}
