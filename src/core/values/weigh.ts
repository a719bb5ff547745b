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

/**
 * Whether a value takes more bytes as JSON than `most`. Stops counting there, so that a value in which anchors stand
 * for much takes no time. Safe only for values of bounded depth.
 */
export function isLargerThan(value: unknown, most: number): boolean {
  return countUpTo(value, most) > most;
}

/** The bytes of a value as JSON; any number above `most` where they are more. */
function countUpTo(value: unknown, most: number): number {
  if (typeof value === 'string') return countJsonBytes(value) + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  let sum = 2;
  for (const key of Object.keys(value)) {
    if (sum > most) break;
    const named = Array.isArray(value) ? 1 : countJsonBytes(key) + 4;
    sum += named + countUpTo((value as Record<string, unknown>)[key], most - sum);
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
