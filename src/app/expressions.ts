import { runInNewContext } from 'node:vm';
import { Environment } from '@marcbachmann/cel-js';
import type { Expressions } from '../ports/expressions.ts';

/** How long an expression may take, in milliseconds. A blueprint must not be able to block the operator. */
const TIMEOUT_MS = 200;

/** Like Flux's: variables have no types, and optional fields (`?.`) are allowed. */
const environment = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true });

/** Evaluates CEL over `dep` and `self`, as Flux does for `readyExpr`. */
export const expressions: Expressions = {
  holds: (expression, variables) => {
    const value = within(TIMEOUT_MS, () =>
      environment.evaluate(expression, toCel(variables) as Record<string, unknown>),
    );
    if (typeof value !== 'boolean') throw new Error(`its value is no boolean but of type ${nameType(value)}`);
    return value;
  },
};

/** JSON has one type of number; CEL has integers and doubles, and refuses to mix them in sums and indexes. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, content]) => [field, toCel(content)]));
}

/** Runs `work` with a timeout of V8, which interrupts anything: nested macros and regular expressions may not end. */
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

/** The first line of the message: the others point into the expression with an arrow. */
function explain(failure: unknown): string {
  const [line = ''] = (failure instanceof Error ? failure.message : String(failure)).split('\n');
  return line;
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'list' : typeof value;
}
