import { findCredentialShape } from '../credentials/credential-shapes.ts';

/** The longest value that a message repeats: the longest name. */
const MAX_SHOWN = 63;

/**
 * A value as a message shows it: only where it is a plain word, never free text, an address with a user in it, or
 * what looks like a credential.
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

/** What the usual patterns mean, for people. */
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

/** Whether a text is a time of RFC 3339, as the format `date-time` of a schema asks. */
export function isDateTime(text: string): boolean {
  const [, year, month, day] =
    /^(\d{4})-(\d{2})-(\d{2})t(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:z|[+-]\d{2}:\d{2})$/i.exec(
      text,
    ) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
