import { findCredentialShape } from '../credentials/credential-shapes.ts';
import { compare } from '../values/path.ts';
import { joinFirst } from '../values/suggest.ts';

/** The longest value that a message repeats, in characters: the length of the longest label. */
const MAX_SHOWN = 63;

/**
 * Quotes a value for a message. Only a plain word is shown. Free text, an address with a user in it and whatever looks
 * like a credential become `this value`.
 */
export function quote(value: unknown): string {
  return typeof value === 'string' && isPlain(value) ? JSON.stringify(value) : 'this value';
}

function isPlain(text: string): boolean {
  return (
    text.length <= MAX_SHOWN &&
    /^(?:[a-z]+:\/\/)?[\w./*-]+$/.test(text) &&
    findCredentialShape(text) === undefined
  );
}

/** The most names that a message repeats. */
const MAX_NAMES = 5;

/** Ends a message about what holds for all names with those that break it: `, unlike "a", "b"`. Empty for none. */
export function exceptFor(names: readonly string[]): string {
  const sorted = [...names].sort(compare);
  return names.length === 0 ? '' : `, unlike ${joinFirst(sorted.map(quote), MAX_NAMES)}`;
}

/** Explains a common pattern of a schema in words that end a message; empty for any other pattern. */
export function explainPattern(pattern: string): string {
  if (/ms\|s\|m\|h/.test(pattern)) return ', e.g. 30s, 5m or 1h30m';
  if (pattern.includes('ms|s|m))')) return ', e.g. 30s or 5m; hours are not allowed here';
  if (pattern.startsWith('^[a-z0-9]([-a-z0-9.'))
    return ': lower-case letters, digits, hyphens and dots, as in names of objects';
  if (pattern.startsWith('^[a-z0-9]([-a-z0-9'))
    return ': lower-case letters, digits and hyphens, as in names of objects';
  if (pattern.startsWith('^(http')) return ', e.g. https://example.com';
  if (pattern.startsWith('^oci')) return ', e.g. oci://example.com/app';
  return '';
}

/** Whether a text is a time of RFC 3339, as the format `date-time` of a schema requires. */
export function isDateTime(text: string): boolean {
  const [, year, month, day] =
    /^(\d{4})-(\d{2})-(\d{2})t(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:z|[+-]\d{2}:\d{2})$/i.exec(
      text,
    ) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
