import type { Fault } from '../tokens/fault.ts';

/** A part of an input that holds one document, from one offset to another; or what is wrong between two of them. */
export type Part = { start: number; end: number } | Fault;

/**
 * Splits a stream into documents as kubectl does: at each line that begins with `---`, whatever it stands in. Only a
 * comment may follow in that line. Such a line with nothing before it belongs to the document behind it.
 */
export function* splitStream(text: string, from: number): Generator<Part> {
  let start = from;
  for (let line = from; line < text.length; line = findNextLine(text, line)) {
    if (!text.startsWith('---', line)) continue;
    const next = findNextLine(text, line);
    const behind = passWideSpace(text, line + 3);
    if (behind < next && text[behind] !== '#') yield refuseLine(line);
    if (line === start) continue;
    yield { start, end: line };
    start = next;
  }
  if (start < text.length) yield { start, end: text.length };
}

/** What is space to Go. */
const SPACE: ReadonlySet<string> = new Set([
  ...'\t\n\v\f\r \x85\xa0\u1680'.split(''),
  ...'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'.split(''),
  ...'\u2028\u2029\u202f\u205f\u3000'.split(''),
]);

/** The offset of the next character that is no space to Go, or is `end`. */
export function passWideSpace(text: string, from: number, end = ''): number {
  let at = from;
  for (let one = text[at]; one !== undefined && one !== end && SPACE.has(one); one = text[at]) at += 1;
  return at;
}

/** The offset of the next line, or of the end of the text. */
function findNextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

function refuseLine(at: number): Fault {
  const message =
    'a line that begins with --- separates documents: only a comment may follow in it, the rest in the next line';
  return { rule: 'yaml', message, at };
}
