import { evaluate, readVariables } from '../../../src/app/cel/evaluate.ts';

/** Reads variables and evaluates CEL over them, as the evaluator does in two steps. */
export function evaluateJson(
  expression: string,
  variables: Parameters<typeof readVariables>[0],
): ReturnType<typeof evaluate> {
  return evaluate(expression, readVariables(variables));
}
