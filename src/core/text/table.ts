import type { Layout, Look } from './layout.ts';
import { toOneLine } from './printable.ts';
import { fold, padToWidth, widthOf } from './width.ts';

/** What stands in one place of a table: a text, and how it looks. */
export type Cell = string | { text: string; look: Look };

/** A table, as text without lines around it. */
export interface Table {
  /** In capitals, as those of kubectl. */
  headings: readonly string[];
  /** Each with a cell for each heading. An empty one is shown as `-`. */
  rows: readonly (readonly Cell[])[];
}

/** How many columns of the terminal lie between two columns of the table. */
const GAP = 3;

/** The narrowest last column that is folded. */
const MIN_FOLDED = 30;

/** How far a last column that stands below its row is indented. */
const INDENT = 4;

/**
 * Prints a table. Where it is wider than the terminal, its last column is folded; where that would be too narrow to
 * read, it stands below each row; and where not even the other columns fit, each row is printed as lines of
 * `HEADING: text`. So no row breaks, however narrow the terminal is. Without rows it answers an empty text.
 */
export function printTable(table: Table, layout: Layout): string {
  const { headings, rows } = table;
  if (rows.length === 0) return '';
  const texts = rows.map((row) => row.map(textOf));
  const widths = headings.map((heading, i) =>
    texts.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), widthOf(heading)),
  );
  const last = widths.at(-1) ?? 0;
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  const { columns = Infinity } = layout;
  const room = columns - before;
  if (last <= room || room >= MIN_FOLDED)
    return printRows(table, widths, { ...layout, indent: before, room });
  const isWide = before - GAP <= columns && columns - INDENT >= MIN_FOLDED;
  if (isWide) return printRows(table, widths, { ...layout, indent: INDENT, room: columns - INDENT });
  return printRecords(headings, rows, layout);
}

/** How rows are laid out. */
interface RowLayout extends Layout {
  /** Where the last column begins. */
  indent: number;
  /** How wide it may be; whole where it is infinite. */
  room: number;
}

function printRows({ headings, rows }: Table, widths: readonly number[], layout: RowLayout): string {
  const lines = [headings, ...rows].flatMap((row) => printRow(row, widths, layout));
  return `${lines.join('\n')}\n`;
}

/** A row, with the lines that its last cell is folded to: the first of them behind the others, if it begins there. */
function printRow(
  row: readonly Cell[],
  widths: readonly number[],
  { indent, room, paint }: RowLayout,
): string[] {
  const put = (cell: Cell, text: string): string =>
    typeof cell === 'string' ? text : paint(cell.look, text);
  const before = row.slice(0, -1).map((cell, i) => {
    const text = textOf(cell);
    // The spaces behind a text get no colours: some underline them.
    return put(cell, text) + padToWidth('', (widths[i] ?? 0) - widthOf(text) + GAP);
  });
  const begin = before.join('');
  const last = row.at(-1) ?? '';
  const folded = room === Infinity ? [textOf(last)] : fold(textOf(last), room);
  const [first = '', ...others] = folded.map((text) => put(last, text));
  const margin = padToWidth('', indent);
  const below = others.map((text) => margin + text);
  const isBehind = indent === widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  return isBehind ? [begin + first, ...below] : [begin.trimEnd(), margin + first, ...below];
}

/** The narrowest terminal that is heeded, in columns. */
const MIN_COLUMNS = 10;

function printRecords(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  layout: Layout,
): string {
  const columns = Math.max(MIN_COLUMNS, layout.columns ?? Infinity);
  const records = rows.map((row) =>
    headings.flatMap((heading, i) => printField(heading, row[i] ?? '', columns, layout)).join('\n'),
  );
  return `${records.join('\n\n')}\n`;
}

function printField(heading: string, cell: Cell, columns: number, { paint }: Layout): string[] {
  const name = `${heading}:`;
  const text = textOf(cell);
  const put = (part: string): string => (typeof cell === 'string' ? part : paint(cell.look, part));
  if (widthOf(name) + 1 + widthOf(text) <= columns) return [`${paint('faint', name)} ${put(text)}`];
  const folded = fold(text, columns - 2).map((line) => `  ${put(line)}`);
  return [...fold(name, columns).map((line) => paint('faint', line)), ...folded];
}

function textOf(cell: Cell): string {
  const text = toOneLine(typeof cell === 'string' ? cell : cell.text);
  return text === '' ? '-' : text;
}
