import type { Layout } from './layout.ts';
import { formatAge } from './age.ts';
import { cutToWidth } from './width.ts';

/** The size of a terminal. */
export interface Size {
  /** In columns; undefined where it is not known. */
  columns: number | undefined;
  /** In lines; undefined where it is not known. */
  rows: number | undefined;
}

/** The least lines of a frame, however low the terminal is. */
const MIN_ROWS = 3;

/** Moves up, clears to the end of the screen, and clears all of it. */
const UP = (lines: number): string => (lines === 0 ? '\r' : `\r\u001b[${lines}A`);
const CLEAR_BELOW = '\u001b[J';
const CLEAR_ALL = '\u001b[2J\u001b[H';

/**
 * What is on the screen of a terminal, redrawn in place. A text that is higher than the screen is cut, and the last
 * line says for how long it is shown.
 */
export class Frame {
  #lines = 0;
  #columns: number | undefined;

  /**
   * Answers what to write so that the screen shows a text, which ends in a line break.
   *
   * @param note what the last line says beside the time
   */
  draw(text: string, note: string, elapsedMs: number, { columns, rows, paint }: Layout & Size): string {
    const most = Math.max(MIN_ROWS, rows ?? Infinity) - 1;
    const lines = text.trimEnd().split('\n');
    const room = columns === undefined ? Infinity : Math.max(1, columns - 1);
    const more = lines.length < most ? [] : [moreLines(lines.length - most + 2)];
    const shown = more.length === 0 ? lines : lines.slice(0, most - 2);
    const foot = `◎ ${formatAge(elapsedMs)}: ${note}`;
    const all = [...shown, ...[...more, foot].map((line) => paint('faint', cutToWidth(line, room)))];
    // A terminal that changes its width folds what is there anew, so that nobody knows where it begins.
    const begin = this.#columns === undefined || this.#columns === columns ? UP(this.#lines) : CLEAR_ALL;
    this.#columns = columns;
    this.#lines = all.length;
    return `${begin}${CLEAR_BELOW}${all.join('\n')}\n`;
  }
}

function moreLines(count: number): string {
  return `… ${count} more ${count === 1 ? 'line' : 'lines'}`;
}
