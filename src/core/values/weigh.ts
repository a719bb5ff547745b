/** What a list or object takes in memory beside its content, and the least that any other value takes, in bytes. */
const CONTAINER = 48;
const SCALAR = 16;

/**
 * About how many bytes a copy of a value takes: those of its JSON, but at least {@link SCALAR} for each text, number
 * or other plain value and {@link CONTAINER} for each list and object, because memory takes as much for empty ones.
 * Takes time linear in the value, and safe only for values of bounded depth.
 */
export function weigh(value: unknown): number {
  if (typeof value === 'string') return Math.max(SCALAR, countJsonBytes(value) + 2);
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : SCALAR;
  let sum = CONTAINER;
  if (Array.isArray(value)) {
    for (const item of value) sum += weigh(item);
    return sum;
  }
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) sum += countJsonBytes(key) + 3 + weigh(field);
  }
  return sum;
}

/** The bytes of a text in UTF-8, as JSON writes it without the quotes. */
function countJsonBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20) bytes += 5;
    else if (code === 0x22 || code === 0x5c) bytes += 1;
    else if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) bytes += 2;
    else if (code >= 0x80) bytes += 1;
  }
  return bytes;
}
