import { CODE, type Cursor, endsLine, endsWord, isBlank, isBreak } from './cursor.ts';
import { ReadingEnd } from './fault.ts';

/** An unquoted text, and whether a line ended behind it. */
export interface PlainText {
  text: string;
  brokeLine: boolean;
}

/**
 * Reads an unquoted text, which may have several lines. In a block, lines that begin before the column `least` end it;
 * within brackets, brackets and commas do.
 */
export function scanPlain(cursor: Cursor, least: number, inFlow: boolean): PlainText {
  let text = '';
  let fold = '';
  let brokeLine = false;
  for (;;) {
    if (cursor.code === CODE.hash || cursor.atDocumentMark()) break;
    const end = findEndOfPlain(cursor.text, cursor.at, inFlow);
    if (end > cursor.at) {
      text += fold + cursor.text.slice(cursor.at, end);
      brokeLine = false;
    }
    cursor.at = end;
    cursor.passBlanks();
    if (!isBreak(cursor.code)) break;
    fold = foldBreaks(cursor, least);
    brokeLine = true;
    if (!inFlow && cursor.column < least) break;
  }
  return { text, brokeLine };
}

/** Where an unquoted text ends in its line, without the blanks behind it. */
function findEndOfPlain(text: string, from: number, inFlow: boolean): number {
  let end = from;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) continue;
    if (endsLine(code) || (code === CODE.hash && at > end)) return end;
    if (code === CODE.colon && endsWord(text.charCodeAt(at + 1))) return end;
    if (inFlow && isFlowIndicator(code)) return end;
    end = at + 1;
  }
}

/** Whether a character is one of `, ? [ ] { }`. */
function isFlowIndicator(code: number): boolean {
  return (
    code === CODE.comma ||
    code === CODE.question ||
    code === 0x5b ||
    code === 0x5d ||
    code === 0x7b ||
    code === 0x7d
  );
}

/**
 * Passes a line break, and the breaks and blanks behind it. Answers what they are in a text: one break is a space, of
 * several the first is dropped. A tab before the column `least` is an error.
 */
function foldBreaks(cursor: Cursor, least = 0): string {
  const first = cursor.passBreak();
  const more = passBreaks(cursor, least);
  if (first !== '\n') return first + more;
  return more === '' ? ' ' : more;
}

function passBreaks(cursor: Cursor, least = 0): string {
  let breaks = '';
  for (;;) {
    const { code } = cursor;
    if (code === CODE.tab && cursor.column < least) throw new ReadingEnd(TABS, cursor.at);
    if (isBlank(code)) cursor.at += 1;
    else if (isBreak(code)) breaks += cursor.passBreak();
    else return breaks;
  }
}

/** Why a tab is refused. */
export const TABS = 'Tabs are not allowed as indentation: use spaces';

/** Reads a text in single quotes. The cursor stands at the quote. */
export function scanSingleQuoted(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  let text = '';
  for (;;) {
    checkQuoted(cursor, start);
    text += passRun(cursor, CODE.apostrophe);
    if (isBreak(cursor.code)) {
      text += foldBreaks(cursor);
    } else if (cursor.code === CODE.apostrophe) {
      const isDoubled = cursor.following === CODE.apostrophe;
      cursor.at += isDoubled ? 2 : 1;
      if (!isDoubled) return text;
      text += "'";
    }
  }
}

const QUOTE = 0x22;

/** Reads a text in double quotes. The cursor stands at the quote. */
export function scanDoubleQuoted(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  let text = '';
  for (;;) {
    checkQuoted(cursor, start);
    text += passRun(cursor, QUOTE, CODE.backslash);
    if (isBreak(cursor.code)) {
      text += foldBreaks(cursor);
    } else if (cursor.code === CODE.backslash) {
      text += passEscape(cursor);
    } else if (cursor.code === QUOTE) {
      cursor.at += 1;
      return text;
    }
  }
}

function checkQuoted(cursor: Cursor, start: number): void {
  if (cursor.code === CODE.end)
    throw new ReadingEnd('the quote is not closed: a closing quote is missing', start);
  if (cursor.atDocumentMark())
    throw new ReadingEnd('a document ends here within quotes: a closing quote is missing before', cursor.at);
}

/** Passes characters up to a quote, a backslash or the end of the line, and drops the blanks at that end. */
function passRun(cursor: Cursor, quote: number, escape = quote): string {
  const from = cursor.at;
  const { text } = cursor;
  let at = from;
  let end = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote || code === escape) {
      end = at;
      break;
    }
    if (endsLine(code)) break;
    at += 1;
    if (!isBlank(code)) end = at;
  }
  cursor.at = at;
  return text.slice(from, end);
}

/** What the letter behind a backslash stands for. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/** How many hexadecimal digits follow which letter. */
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function passEscape(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  if (isBreak(cursor.code)) {
    cursor.passBreak();
    return passBreaks(cursor);
  }
  const letter = cursor.text[cursor.at] ?? '';
  const known = ESCAPES[letter];
  const digits = DIGITS[letter];
  if (known !== undefined || digits === undefined) {
    if (known === undefined)
      throw new ReadingEnd(
        'YAML knows no such escape: write \\\\ for a backslash, or use single quotes',
        start,
      );
    cursor.at += 1;
    return known;
  }
  const number = cursor.text.slice(cursor.at + 1, cursor.at + 1 + digits);
  cursor.at += 1 + digits;
  return readCharacter(number, digits, start);
}

function readCharacter(number: string, digits: number, at: number): string {
  if (number.length !== digits || !/^[\da-fA-F]+$/.test(number))
    throw new ReadingEnd(`${digits} hexadecimal digits must follow this escape`, at);
  const code = Number.parseInt(number, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new ReadingEnd('this escape is no character: write \\U and the eight digits of one', at);
  return String.fromCodePoint(code);
}
