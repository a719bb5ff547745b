import { Environment } from '@marcbachmann/cel-js';
import type { Expressions } from '../ports/expressions.ts';

/** CEL over `dep` and `self`, as in Flux's `readyExpr`. */
export const expressions: Expressions = {
  holds: (expression, variables) => {
    const environment = new Environment({ unlistedVariablesAreDyn: true });
    const value: unknown = environment.evaluate(expression, { ...variables });
    if (typeof value !== 'boolean') throw new Error(`the expression gives ${typeof value}, not a boolean`);
    return value;
  },
};
