/**
 * The program of the process that evaluates CEL: it gets an expression with its variables from its parent, and answers
 * with a verdict. It ends with its parent. `forked-expressions.ts` starts it.
 */
import { deserialize } from 'node:v8';
import { boundJoin } from './bound-values.ts';
import { evaluate } from './evaluate.ts';

boundJoin();
process.on('message', (request: Uint8Array) => {
  const [expression, variables] = deserialize(request) as Parameters<typeof evaluate>;
  process.send?.(evaluate(expression, variables));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
