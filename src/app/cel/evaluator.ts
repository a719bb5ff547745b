/**
 * The program of the process that evaluates CEL. It gets an expression with its variables, reads them, and answers with
 * a verdict when it is asked for that. `forked-expressions.ts` starts it.
 */
import { deserialize } from 'node:v8';
import { answerParent } from '../isolation/answer-parent.ts';
import { boundJoin } from './bound-values.ts';
import { type Variables, evaluate, readVariables } from './evaluate.ts';

let next: { expression: string; variables: Variables } | undefined;

boundJoin();
answerParent((question) => {
  if (question === 'evaluate') {
    const { expression = '', variables = {} } = next ?? {};
    next = undefined;
    return evaluate(expression, variables);
  }
  const [expression, values] = deserialize(question as Uint8Array) as [
    string,
    Parameters<typeof readVariables>[0],
  ];
  next = { expression, variables: readVariables(values) };
  return 'read';
});
