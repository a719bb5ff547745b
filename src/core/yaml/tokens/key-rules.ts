import { CODE } from './cursor.ts';
import { TABS } from './scan-text.ts';

/** The longest key that is written without `?`, in characters. */
export const MAX_KEY = 1024;

/** Whether a key from one offset to another is longer than {@link MAX_KEY} characters. */
export function isTooLong(text: string, from: number, to: number): boolean {
  if (to - from <= MAX_KEY) return false;
  return to - from > 2 * MAX_KEY || Array.from(text.slice(from, to)).length > MAX_KEY;
}

/** Why a key is refused in the middle of a line. */
export const NO_KEY_HERE =
  'a key cannot begin here: quote the value before, if it holds ": ", or begin a line for the key';

/** Why no key stands where one must: its line ended before a colon, or it is too long. */
export function explainNoKey(brokeLine: boolean): string {
  return brokeLine
    ? 'here a key must stand, with a colon and a space in the same line: is one missing, or is the line indented wrongly?'
    : `a key has at most ${MAX_KEY} characters: is a colon missing, or a space behind it?`;
}

/** The characters that begin nothing. */
export const NO_START: ReadonlySet<number> = new Set(
  ['\t', '%', '@', '`', '|', '>'].map((one) => one.charCodeAt(0)),
);

/** Why nothing begins with one of {@link NO_START}. */
export function explainNoStart(code: number): string {
  if (code === CODE.tab) return TABS;
  const character = String.fromCharCode(code);
  return character === '|' || character === '>'
    ? 'a block of text cannot begin within brackets: quote the text'
    : `a value cannot begin with ${character}: quote it`;
}
