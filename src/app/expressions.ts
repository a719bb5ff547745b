import { runInNewContext } from 'node:vm';
import { Environment } from '@marcbachmann/cel-js';
import type { Expressions } from '../ports/expressions.ts';

/** How long an expression may take, in milliseconds. What is written in a blueprint must not stop the operator. */
const TIMEOUT_MS = 200;

/** As in Flux, where variables are not typed and `?.` is known. */
const environment = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true });

/** CEL over `dep` and `self`, as in Flux's `readyExpr`. */
export const expressions: Expressions = {
  holds: (expression, variables) => {
    const value = within(TIMEOUT_MS, () =>
      environment.evaluate(expression, toCel(variables) as Record<string, unknown>),
    );
    if (typeof value !== 'boolean') throw new Error(`its value is no boolean but of type ${nameType(value)}`);
    return value;
  },
};

/** JSON does not tell integers from other numbers, and CEL refuses to add or index by a mix of them. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, content]) => [field, toCel(content)]));
}

/** Nested macros and regular expressions can take for ever; V8 ends them for us, wherever they are. */
function within(timeout: number, work: () => unknown): unknown {
  let result: unknown;
  let failure: unknown;
  const run = (): void => {
    try {
      result = work();
    } catch (error) {
      failure = error;
    }
  };
  try {
    runInNewContext('run()', { run }, { timeout });
  } catch (error) {
    throw new Error(`it takes more than ${timeout} ms`, { cause: error });
  }
  if (failure !== undefined) throw new Error(explain(failure));
  return result;
}

/** The first line: the others draw an arrow below the expression. */
function explain(failure: unknown): string {
  const [line = ''] = (failure instanceof Error ? failure.message : String(failure)).split('\n');
  return line;
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'list' : typeof value;
}
