const encoder = new TextEncoder();

/** Measures a value as JSON in UTF-8, in bytes. */
export function countBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

/**
 * Truncates a text to `bytes` bytes of UTF-8. It leaves no half character and no lone surrogate: the API server
 * replaces those, and the text would then differ from the stored one for ever.
 */
export function truncateToBytes(text: string, bytes: number): string {
  const whole = text.toWellFormed();
  // A UTF-16 unit takes at most three bytes.
  if (whole.length * 3 <= bytes) return whole;
  const { read } = encoder.encodeInto(whole, new Uint8Array(bytes));
  return read === whole.length ? whole : copyJson(whole.slice(0, read));
}

/**
 * Truncates a text of several lines to about `bytes` bytes of UTF-8. It keeps whole lines and counts the rest. If not
 * even the first line fits, it is cut short.
 */
export function truncateLines(text: string, bytes: number): string {
  const kept = truncateToBytes(text, bytes);
  if (kept.length === text.length) return text;
  const end = kept.lastIndexOf('\n');
  if (end < 0) return `${kept}…`;
  return `${kept.slice(0, end)}\n… and ${text.slice(end + 1).split('\n').length} more`;
}

/**
 * A copy of a JSON value that shares no text with it. V8 keeps the whole of a text for as long as a part of it is held,
 * so that a message of some hundred characters may hold a megabyte.
 */
export function copyJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/**
 * Cuts a text to `length` characters; the last one is then `…`. It leaves no half of a character: the API server
 * replaces such halves, and the text would then differ from the stored one for ever.
 */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : copyJson(cut(text, length));
}

/** {@link clip} for a text that is not kept: it may hold the whole. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 2);
  const half = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, half ? length - 2 : length - 1)}…`;
}
