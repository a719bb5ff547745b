import { namesCredential } from '../credentials/credential-names.ts';
import { typeName } from '../values/json.ts';

/** The types of a schema, as messages name them. */
export const TYPE_NAMES = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  integer: 'an integer',
  number: 'a number',
} as const;

/**
 * Says which type a value must have instead of its own, and what to do where quotes decide it. `step` is the field or
 * the index of the value; undefined if it has none. `written` is how a number or boolean stands in the file; default:
 * as it is shown once it is read.
 */
export function explainType(
  wanted: string,
  value: unknown,
  step: string | number | undefined,
  written?: string,
): string {
  if (wanted === TYPE_NAMES.string && typeof value === 'boolean') {
    const { found, example } = BOOLEANS[`${value}`];
    return askForQuotes({ found, example: written ?? example }, step);
  }
  if (wanted === TYPE_NAMES.string && typeof value === 'number')
    return explainNumber(written ?? String(value), step);
  return `must be ${wanted}, not ${nameFound(wanted, value)}`;
}

/** What a boolean may have been before YAML read it, and an example of that. */
const BOOLEANS = {
  true: { found: 'a boolean, which y, yes, on and true are in YAML', example: 'yes' },
  false: { found: 'a boolean, which n, no, off and false are in YAML', example: 'no' },
} as const;

function explainNumber(number: string, step: string | number | undefined): string {
  // A number may be a password.
  const shown = typeof step === 'string' && namesCredential(step) ? undefined : number;
  return askForQuotes(
    { found: shown === undefined ? 'a number' : `the number ${shown}`, example: shown },
    step,
  );
}

function askForQuotes(
  { found, example }: { found: string; example: string | undefined },
  step: string | number | undefined,
): string {
  const remedy = `must be text, not ${found}: quote it as it was written`;
  const before = typeof step === 'number' ? '-' : showKey(step);
  return example === undefined || before === undefined ? remedy : `${remedy}, e.g. ${before} "${example}"`;
}

/** A key as it stands before its value; undefined if it is long, or no plain word. */
function showKey(key: string | undefined): string | undefined {
  return key !== undefined && /^[\w./-]{1,63}$/.test(key) ? `${key}:` : undefined;
}

function nameFound(wanted: string, value: unknown): string {
  if (wanted.startsWith(TYPE_NAMES.integer) && typeof value === 'number') return 'a number with a fraction';
  const quotes =
    (wanted === TYPE_NAMES.boolean && (value === 'true' || value === 'false')) ||
    (wanted === TYPE_NAMES.integer && typeof value === 'string' && /^-?\d+$/.test(value));
  return quotes ? 'text: remove the quotes' : typeName(value);
}
