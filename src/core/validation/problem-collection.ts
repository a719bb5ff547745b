import { hashText } from '../values/hash.ts';
import { compareRemarks } from '../values/path.ts';

/** A reason to refuse a blueprint. */
export interface Problem {
  /** The kind of problem for machines, in kebab-case. */
  rule: string;
  /** The path in the blueprint, e.g. `spec.layers[2].dependsOn[0]`. */
  path: string;
  /** Says what was found, what is allowed, and what to do. Never holds a value that may be secret. */
  message: string;
}

/** The end of a message that takes long to find. It is found only for problems that are listed. */
export interface Hint {
  /** Equal for two hints with the same text at the same path. */
  key: string;
  find: () => string;
}

/** A problem, and where it was found: by the key of its hint, or by the empty text where it has none. */
export interface Found {
  /** Without the hint. */
  problem: Problem;
  variants: Map<string, Variant>;
}

/** `environments` are those in which it was found; `undefined` stands for the blueprint itself, i.e. all. */
interface Variant {
  hint: Hint | undefined;
  environments: Set<string | undefined>;
}

/** The most problems that are listed: nobody mends more before looking again. */
export const MAX_PROBLEMS = 100;

/** The most problems that are counted beside those that are kept, and the most finds of any, before the search ends. */
const MAX_COUNTED = 10_000;
const MAX_FINDS = 250_000;

/** Ends the work that looks for problems. `Problems.collect` catches it. */
export class EnoughProblems extends Error {}

/** The problems of a blueprint: the first in order are kept, the others only counted. */
export class ProblemCollection {
  readonly #kept = new Map<string, Found>();
  /** The hashes of the problems that are only counted. */
  readonly #counted = new Set<number>();
  /** The last problem that is kept, once there were more. */
  #last: Problem | undefined;
  #finds = 0;
  readonly #mostFinds: number;

  /** @param mostFinds how many finds end the search */
  constructor(mostFinds = MAX_FINDS) {
    this.#mostFinds = mostFinds;
  }

  /** How many problems there are. */
  get size(): number {
    return this.#kept.size + this.#counted.size;
  }

  /** Whether the search ended before all was looked at. */
  get ended(): boolean {
    return this.#counted.size >= MAX_COUNTED || this.#finds >= this.#mostFinds;
  }

  /** Adds a problem. Throws {@link EnoughProblems} from the one on that ends the search. */
  add(problem: Problem, hint: Hint | undefined, environment: string | undefined): void {
    const key = `${problem.path}\n${problem.rule}\n${problem.message}`;
    const known = this.#kept.get(key);
    if (known !== undefined) addVariant(known, hint, environment);
    else if (this.#last !== undefined && compareRemarks(problem, this.#last) > 0) this.#count(key);
    else {
      const found: Found = { problem, variants: new Map() };
      addVariant(found, hint, environment);
      this.#kept.set(key, found);
      if (this.#kept.size >= 2 * MAX_PROBLEMS) this.#dropLast();
    }
    this.#finds += 1;
    if (this.ended) throw new EnoughProblems();
  }

  /** What is kept: all of up to {@link MAX_PROBLEMS} problems, and less than twice as many of more. */
  list(): Found[] {
    return [...this.#kept.values()];
  }

  #dropLast(): void {
    const sorted = [...this.#kept].sort(([, a], [, b]) => compareRemarks(a.problem, b.problem));
    for (const [key] of sorted.slice(MAX_PROBLEMS)) {
      this.#kept.delete(key);
      this.#count(key);
    }
    this.#last = sorted[MAX_PROBLEMS - 1]?.[1].problem;
  }

  #count(key: string): void {
    this.#counted.add(hashText(key));
  }
}

function addVariant({ variants }: Found, hint: Hint | undefined, environment: string | undefined): void {
  const key = hint?.key ?? '';
  const variant = variants.get(key);
  if (variant === undefined) variants.set(key, { hint, environments: new Set([environment]) });
  else variant.environments.add(environment);
}
