import { CODE, type Cursor, endsLine, isBlank, isBreak } from './cursor.ts';
import { ReadingEnd } from './fault.ts';
import { TABS } from './scan-text.ts';

/** What stands behind `|` or `>`: which breaks at the end are kept, and the width of the indentation; 0 if not said. */
interface Header {
  keep: 'none' | 'one' | 'all';
  width: number;
}

/** The lines of a block so far. */
class Lines {
  text = '';
  #lineEnd = '';
  #wasBlank = false;
  readonly #folded: boolean;

  constructor(folded: boolean) {
    this.#folded = folded;
  }

  /** Reads a line, and puts the breaks before it in front. */
  add(cursor: Cursor, breaks: string): void {
    const begins = isBlank(cursor.code);
    // Only between two lines that do not begin with a blank is a break folded.
    if (!this.#folded || this.#wasBlank || begins || this.#lineEnd !== '\n') this.text += this.#lineEnd;
    else if (breaks === '') this.text += ' ';
    const from = cursor.at;
    cursor.passLine();
    this.text += breaks + cursor.text.slice(from, cursor.at);
    this.#lineEnd = isBreak(cursor.code) ? cursor.passBreak() : '';
    this.#wasBlank = begins;
  }

  /** The text with those breaks at its end that are kept. */
  end(keep: Header['keep'], breaks: string): string {
    if (keep === 'none') return this.text;
    return this.text + this.#lineEnd + (keep === 'all' ? breaks : '');
  }
}

/** Reads a block of text. The cursor stands at `|` or `>`; `indent` is the column of the block around it, or -1. */
export function scanBlock(cursor: Cursor, indent: number, folded: boolean): string {
  const { keep, width } = readHeader(cursor);
  const said = width === 0 ? 0 : Math.max(indent, 0) + width;
  let gap = passEmptyLines(cursor, said);
  const column = said === 0 ? Math.max(gap.widest, indent + 1, 1) : said;
  const lines = new Lines(folded);
  while (cursor.column === column && cursor.code !== CODE.end) {
    lines.add(cursor, gap.breaks);
    gap = passEmptyLines(cursor, column);
  }
  return lines.end(keep, gap.breaks);
}

function readHeader(cursor: Cursor): Header {
  const start = cursor.at;
  cursor.at += 1;
  const header: Header = { keep: 'one', width: 0 };
  if (readKeep(cursor, header)) readWidth(cursor, header);
  else if (readWidth(cursor, header)) readKeep(cursor, header);
  cursor.passBlanks();
  if (cursor.code === CODE.hash) cursor.passLine();
  if (!endsLine(cursor.code)) {
    const message =
      'a block of text begins in the next line: only +, - and a digit may follow | or >, and a comment';
    throw new ReadingEnd(message, start);
  }
  if (cursor.code !== CODE.end) cursor.passBreak();
  return header;
}

function readKeep(cursor: Cursor, header: Header): boolean {
  const sign = cursor.text[cursor.at];
  if (sign !== '+' && sign !== '-') return false;
  header.keep = sign === '+' ? 'all' : 'none';
  cursor.at += 1;
  return true;
}

function readWidth(cursor: Cursor, header: Header): boolean {
  const digit = cursor.code - 0x30;
  if (digit < 0 || digit > 9) return false;
  if (digit === 0) throw new ReadingEnd('the indentation of a block of text is 1 to 9', cursor.at);
  header.width = digit;
  cursor.at += 1;
  return true;
}

/** Empty lines, and how wide the widest of them is, with the indentation of the line behind them. */
interface Gap {
  breaks: string;
  widest: number;
}

/** Passes empty lines, and the indentation of the next line up to `column`; all of it if that is 0. */
function passEmptyLines(cursor: Cursor, column: number): Gap {
  const most = column === 0 ? Infinity : column;
  let breaks = '';
  let widest = 0;
  for (;;) {
    while (cursor.code === CODE.space && cursor.column < most) cursor.at += 1;
    widest = Math.max(widest, cursor.column);
    if (cursor.code === CODE.tab && cursor.column < most) throw new ReadingEnd(TABS, cursor.at);
    if (!isBreak(cursor.code)) return { breaks, widest };
    breaks += cursor.passBreak();
  }
}
