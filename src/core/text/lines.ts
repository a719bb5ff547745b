import { formatAge } from './age.ts';
import type { Layout, Look } from './layout.ts';
import { toOneLine } from './printable.ts';
import { cutToWidth, fold } from './width.ts';

/** What a line of a command is about, with the symbols of the flux program. */
const MARKS = {
  action: { symbol: '►', look: 'strong' },
  success: { symbol: '✔', look: 'good' },
  failure: { symbol: '✗', look: 'bad' },
  waiting: { symbol: '◎', look: 'faint' },
} as const satisfies Record<string, { symbol: string; look: Look }>;

/** One of {@link MARKS}. */
export type Mark = keyof typeof MARKS;

/** The narrowest terminal that is heeded, in columns. */
const MIN_COLUMNS = 10;

/** A message with its symbol, folded on a terminal; it ends in a line break. */
export function printMessage(mark: Mark, text: string, { columns, paint }: Layout): string {
  const { symbol, look } = MARKS[mark];
  const line = toOneLine(text);
  const lines = columns === undefined ? [line] : fold(line, Math.max(MIN_COLUMNS, columns) - 2);
  return `${lines.map((part, i) => `${i === 0 ? paint(look, symbol) : ' '} ${part}`).join('\n')}\n`;
}

/**
 * What is waited for, and for how long, on one line without a line break. On a terminal it is cut, so that it can be
 * written over.
 *
 * @param elapsedMs in milliseconds
 */
export function printProgress(text: string, elapsedMs: number, { columns, paint }: Layout): string {
  const { symbol, look } = MARKS.waiting;
  const line = `${formatAge(elapsedMs)}: ${toOneLine(text)}`;
  // A terminal breaks the line when its last column is written.
  const cut = columns === undefined ? line : cutToWidth(line, Math.max(MIN_COLUMNS, columns) - 3);
  return `${paint(look, symbol)} ${cut}`;
}
