import { FirstRemarks } from '../values/first-remarks.ts';

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
export interface Found extends Problem {
  /** Without the hint. */
  message: string;
  variants: Map<string, Variant>;
}

/** `environments` are those in which it was found; `undefined` stands for the blueprint itself, i.e. all. */
interface Variant {
  hint: Hint | undefined;
  environments: Set<string | undefined>;
}

/** The most problems that are listed: nobody mends more before looking again. */
export const MAX_PROBLEMS = 100;

/** The most finds of any problems before the search ends. */
const MAX_FINDS = 250_000;

/** Ends the work that looks for problems. `Problems.collect` catches it. */
export class EnoughProblems extends Error {}

/** The problems of a blueprint: the first {@link MAX_PROBLEMS} in order are kept, the others only counted. */
export class ProblemCollection {
  readonly #first = new FirstRemarks<Found>(MAX_PROBLEMS);
  #finds = 0;
  readonly #mostFinds: number;

  /** @param mostFinds how many finds end the search */
  constructor(mostFinds = MAX_FINDS) {
    this.#mostFinds = mostFinds;
  }

  /** Whether there are none. */
  get none(): boolean {
    return this.#first.size === 0;
  }

  /** Whether the search ended before all was looked at. */
  get ended(): boolean {
    return this.#first.full || this.#finds >= this.#mostFinds;
  }

  /** Adds a problem. Throws {@link EnoughProblems} from the one on that ends the search. */
  add(problem: Problem, hint: Hint | undefined, environment: string | undefined): void {
    const found = this.#first.add({ ...problem, variants: new Map() });
    if (found !== undefined) addVariant(found, hint, environment);
    this.#finds += 1;
    if (this.ended) throw new EnoughProblems();
  }

  /** Whether a listed problem has this path and rule. */
  has(problem: Pick<Problem, 'path' | 'rule'>): boolean {
    return this.#first.has(problem);
  }

  /** The first problems in order. */
  list(): Found[] {
    return this.#first.list();
  }

  /** How many problems there are, including those that are only counted. */
  get size(): number {
    return this.#first.size;
  }
}

function addVariant({ variants }: Found, hint: Hint | undefined, environment: string | undefined): void {
  const key = hint?.key ?? '';
  const variant = variants.get(key);
  if (variant === undefined) variants.set(key, { hint, environments: new Set([environment]) });
  else variant.environments.add(environment);
}
