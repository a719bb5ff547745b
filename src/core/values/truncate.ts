const encoder = new TextEncoder();

/** The size of a value as JSON in UTF-8, in bytes. */
export function countBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

/**
 * The first `bytes` bytes of a text in UTF-8, never half a character: the API server would store another one for it, and
 * the text would differ for ever from what is stored.
 */
export function truncateToBytes(text: string, bytes: number): string {
  const whole = text.toWellFormed();
  // No unit of UTF-16 takes more than three bytes.
  if (whole.length * 3 <= bytes) return whole;
  const { read } = encoder.encodeInto(whole, new Uint8Array(bytes));
  return whole.slice(0, read);
}

/**
 * A text of several lines in at most about `bytes` bytes: whole lines, and how many more there are. One line alone is
 * cut where it must be.
 */
export function truncateLines(text: string, bytes: number): string {
  const kept = truncateToBytes(text, bytes);
  if (kept.length === text.length) return text;
  const end = kept.lastIndexOf('\n');
  if (end < 0) return `${kept}…`;
  return `${kept.slice(0, end)}\n… and ${text.slice(end + 1).split('\n').length} more`;
}
