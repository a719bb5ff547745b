import { TYPE_NAMES, explainType } from '../../validation/explain-type.ts';
import type { Problem } from '../../validation/problem.ts';
import { valueAt } from '../../values/json.ts';
import { splitPath } from '../../values/path.ts';
import { writtenAt } from '../../values/written.ts';

/** The longest value that a message repeats as it was written. */
const MAX_SHOWN = 63;

/** A problem that shows its value as the file has it, `1.10` and not 1.1, where the reader of the file noted that. */
export function showAsWritten(problem: Problem, input: unknown): Problem {
  if (problem.rule !== 'wrong-type') return problem;
  const steps = splitPath(problem.path);
  const written = writtenAt(input, steps);
  if (written === undefined || written.length > MAX_SHOWN) return problem;
  const [value, step] = [valueAt(input, steps), steps.at(-1)];
  const asRead = explainType(TYPE_NAMES.string, value, step);
  if (!problem.message.startsWith(asRead)) return problem;
  const asWritten = explainType(TYPE_NAMES.string, value, step, written);
  return { ...problem, message: asWritten + problem.message.slice(asRead.length) };
}
