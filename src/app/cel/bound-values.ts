import type { Environment } from '@marcbachmann/cel-js';

/**
 * The most that one expression may make: characters of strings, bytes, and entries of lists and maps, counted together.
 * That is more than the largest object that an API server stores (1.5 MB). An expression of 300 characters can double a
 * string 23 times; and one allocation of that size passes the limit of a heap before V8 looks at it.
 */
const MAX_MADE = 2_000_000;

/** The nodes of a syntax tree that make values. The others hand on what is there already. */
const MAKERS: ReadonlySet<string> = new Set(['+', 'call', 'rcall', 'list', 'map', 'comprehension']);

/** An expression made more than {@link MAX_MADE}. */
export class MadeTooMuch extends Error {
  constructor() {
    super('it makes strings and lists of more than 2,000,000 characters and entries');
  }
}

/** Counts what an expression makes. */
export interface Meter {
  /** Whether the expression made too much. */
  readonly exceeded: boolean;
  /** Begins to count for another expression. */
  reset(): void;
}

/** A node of the syntax tree, and what evaluates it. The library does not type them. */
interface Node {
  op: string;
  evaluate(evaluator: Evaluator): unknown;
}
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

/**
 * Bounds what the expressions of an environment make; the library itself bounds the syntax tree alone. Throws where it
 * no longer works in the way that this depends on.
 */
export function boundValues(environment: Environment): Meter {
  const evaluator = findEvaluator(environment);
  const run = evaluator.run.bind(evaluator);
  let made = 0;
  evaluator.run = (node, context) => {
    const value = run(node, context);
    if (MAKERS.has(node.op)) made += sizeOf(value);
    if (made > MAX_MADE) throw new MadeTooMuch();
    return value;
  };
  return {
    get exceeded() {
      return made > MAX_MADE;
    },
    reset: () => (made = 0),
  };
}

/** Every node but the root is evaluated by the `run` of one object, which shows itself to a node only. */
function findEvaluator(environment: Environment): Evaluator {
  let found: Evaluator | undefined;
  const probe = environment.parse('true');
  (probe.ast as unknown as Node).evaluate = (evaluator) => {
    found = evaluator;
    return true;
  };
  probe({});
  if (typeof found?.run !== 'function') throw new Error('the CEL library evaluates in an unknown way');
  return found;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/**
 * Bounds what `Array.prototype.join` makes, which CEL's `join` calls: a short list can hold one long string many times.
 * It changes all of the process, so only one that does nothing else may call it.
 */
export function boundJoin(): void {
  const join = Array.prototype.join;
  Array.prototype.join = function (this: unknown[], separator?: string): string {
    const size = this.reduce<number>((sum, entry) => sum + sizeOf(entry) + (separator?.length ?? 1), 0);
    if (size > MAX_MADE) throw new MadeTooMuch();
    return join.call(this, separator);
  };
}
