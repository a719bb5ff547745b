/** The longest name that is quoted from an expression, in characters. */
const MAX_NAME = 63;

/** What the library adds to its errors: a constant for machines, and the part of the expression. */
interface CelError {
  code?: unknown;
  range?: { start?: unknown } | undefined;
}

/**
 * Says what is wrong with an expression: the kind of error, and the line and column. The library's own messages quote
 * values, and what an expression reads may be secret. So nothing of an error is used but its code, which is one of the
 * library's constants, and its position. A name is quoted from the expression itself, which is no secret.
 */
export function explainError(error: unknown, expression: string): string {
  if (error instanceof RangeError) return 'it is nested too deeply, or a value is out of range';
  const { code, range } = (error ?? {}) as CelError;
  if (typeof code !== 'string' || !/^[a-z]+(_[a-z]+)*$/.test(code)) return 'it cannot be evaluated';
  const words = code.replaceAll('_', ' ');
  return typeof range?.start === 'number' ? `${words}${describePosition(expression, range.start)}` : words;
}

function describePosition(expression: string, start: number): string {
  const before = expression.slice(0, start).split('\n');
  const [name] = /^[A-Za-z_]\w*/.exec(expression.slice(start)) ?? [];
  const quoted = name === undefined ? '' : `, at ${JSON.stringify(name.slice(0, MAX_NAME))}`;
  return ` (${before.length}:${(before.at(-1) ?? '').length + 1}${quoted})`;
}
