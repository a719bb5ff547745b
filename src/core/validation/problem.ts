/**
 * Checks of input, and the problems that they find. This room knows schemas and Flux's rules, but not the compiler; its
 * callers say where in a blueprint a value stands. Start with {@link Problems}; `check-schema.ts` checks a value
 * against a schema.
 */

import { compareRemarks } from '../values/path.ts';
import { joinFirst } from '../values/suggest.ts';

/** A reason to refuse a blueprint. */
export interface Problem {
  /** The kind of problem for machines, in kebab-case. */
  rule: string;
  /** The path in the blueprint, e.g. `spec.layers[2].dependsOn[0]`. */
  path: string;
  /** Says what was found, what is allowed, and what to do. Never holds a value that may be secret. */
  message: string;
}

/** Translates a path as a part of the compiler sees it into a path of the blueprint. */
export type Locate = (path: string) => string;

/** A problem and the environments in which it was found. `undefined` stands for the blueprint itself, i.e. all. */
interface Found {
  problem: Problem;
  environments: Set<string | undefined>;
}

/** Collects problems in any order and lists each once, sorted by path. */
export class Problems {
  readonly #found: Map<string, Found>;
  readonly #unchecked: Set<string | undefined>;
  readonly #locate: Locate;
  readonly #environment: string | undefined;

  constructor(whole?: Problems, locate: Locate = (path) => path, environment?: string) {
    this.#found = whole === undefined ? new Map<string, Found>() : whole.#found;
    this.#unchecked = whole === undefined ? new Set<string | undefined>() : whole.#unchecked;
    this.#locate = locate;
    this.#environment = environment;
  }

  /**
   * Returns a view of this collection for a part with paths of its own, e.g. a blueprint merged with an environment.
   */
  within({ locate, environment }: { locate: Locate; environment?: string | undefined }): Problems {
    return new Problems(this, locate, environment);
  }

  /** Adds a problem at a path, which is translated into one of the blueprint. */
  add(rule: string, at: string, message: string): void {
    const path = this.#locate(at);
    const key = `${path}\n${rule}\n${message}`;
    const found = this.#found.get(key) ?? { problem: { rule, path, message }, environments: new Set() };
    found.environments.add(this.#environment);
    this.#found.set(key, found);
  }

  /** Records that the current environment was not checked any further. {@link list} then ignores it. */
  markUnchecked(): void {
    this.#unchecked.add(this.#environment);
  }

  /** Whether the collection is empty. */
  get none(): boolean {
    return this.#found.size === 0;
  }

  /**
   * Lists all problems, sorted by path, rule and message. The message of a problem that only some of `environments`
   * have names these, unless its path or message does so already.
   */
  list(environments: readonly string[] = []): Problem[] {
    const checked = environments.filter((name) => !this.#unchecked.has(name));
    return [...this.#found.values()].map((found) => nameEnvironments(found, checked)).sort(compareRemarks);
  }
}

/** The most environments that a problem names. */
const MAX_NAMED = 5;

function nameEnvironments({ problem, environments }: Found, all: readonly string[]): Problem {
  if (environments.has(undefined) || problem.path.startsWith('spec.environments[')) return problem;
  if (all.every((name) => environments.has(name))) return problem;
  const names = all.filter((name) => environments.has(name) && !problem.message.includes(`(${name})`));
  if (names.length === 0) return problem;
  const what = names.length === 1 ? 'environment' : 'environments';
  return { ...problem, message: `${problem.message} (in ${what} ${joinFirst(names, MAX_NAMED)})` };
}

/** Formats a problem as one line: `path: message`. */
export function describeProblem(problem: Problem): string {
  return `${problem.path}: ${problem.message}`;
}
