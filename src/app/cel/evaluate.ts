import { Environment } from '@marcbachmann/cel-js';
import type { Verdict } from '../../ports/expressions.ts';
import { explainError } from './explain-error.ts';
import { MadeTooMuch, boundValues } from './bound-values.ts';

/** Like Flux's: variables have no types, and optional fields (`?.`) are allowed. */
const environment = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true });
const meter = boundValues(environment);
const TOO_MUCH: Verdict = { kind: 'expensive', why: new MadeTooMuch().message };

/** Variables in the types of CEL, by name: what {@link readVariables} answers. */
export type Variables = Readonly<Record<string, unknown>>;

/** Converts variables from JSON. It takes time and memory linear in their size. */
export function readVariables(variables: Readonly<Record<string, unknown>>): Variables {
  return toCel(variables) as Variables;
}

/** Evaluates CEL, in this thread. It may run for ever, or end the process: see `evaluator.ts`. */
export function evaluate(expression: string, variables: Variables): Verdict {
  meter.reset();
  const verdict = evaluateFreely(expression, variables);
  // CEL's `||` and `&&` swallow errors of one side, this one too.
  return meter.exceeded ? TOO_MUCH : verdict;
}

function evaluateFreely(expression: string, variables: Variables): Verdict {
  try {
    const value: unknown = environment.evaluate(expression, variables);
    return typeof value === 'boolean'
      ? { kind: 'value', holds: value }
      : { kind: 'failed', why: `its value is no boolean but of type ${nameType(value)}` };
  } catch (error) {
    if (error instanceof MadeTooMuch) return TOO_MUCH;
    return { kind: 'failed', why: explainError(error, expression) };
  }
}

/** JSON has one type of number; CEL has integers and doubles, and refuses to mix them in sums and indexes. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, content]) => [field, toCel(content)]));
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'list' : typeof value;
}
