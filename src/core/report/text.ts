import wrapAnsi from 'wrap-ansi';
import type { Severity } from '../lint/lint.ts';
import { toPrintable } from '../text/printable.ts';
import { type Entry, type Report, SEVERITIES, countEntries, describeEntry } from './report.ts';

/** How a part of a text looks. */
export type Look = Severity | 'place' | 'rule' | 'good';

/** How a text is laid out. */
export interface Layout {
  /** Folds lines at this width; undefined where nobody looks at a terminal, so that each entry is one line. */
  columns: number | undefined;
  /** Gives a text the colours of a look; answers it as it is where there are no colours. */
  paint: (look: Look, text: string) => string;
}

/** By how much the second and further lines of an entry are indented. */
const INDENT = '  ';

/** The narrowest width that lines are folded at. */
const LEAST_COLUMNS = 20;

/** The entries for people, as compilers print them: `file:line:column: severity: path: message [rule]`. */
export function printText({ entries }: Report, layout: Layout): string {
  return entries.map((entry) => `${fold(describe(entry, layout), layout)}\n`).join('');
}

function describe(entry: Entry, { paint }: Layout): string {
  const { severity, rule, input, place } = entry;
  const where = place === undefined ? input : `${input}:${place.line}:${place.column}`;
  const said = toPrintable(describeEntry(entry));
  return `${paint('place', toPrintable(where))}: ${paint(severity, severity)}: ${said} ${paint('rule', `[${rule}]`)}`;
}

function fold(line: string, { columns }: Layout): string {
  if (columns === undefined) return line;
  const width = Math.max(columns, LEAST_COLUMNS) - INDENT.length;
  return wrapAnsi(line, width, { hard: true }).replaceAll('\n', `\n${INDENT}`);
}

/** The last line for people: how much was found, and in how many blueprints. */
export function printSummary(report: Report, { paint }: Pick<Layout, 'paint'>): string {
  const counts = countEntries(report);
  const found = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    paint(severity, count(counts[severity], severity === 'info' ? 'remark' : severity)),
  );
  const looked = count(report.blueprints, 'blueprint');
  if (found.length === 0) return `${paint('good', '✔')} nothing found in ${looked}\n`;
  const sign = counts.error > 0 ? paint('error', '✗') : paint('warning', '⚠');
  return `${sign} ${found.join(', ')} in ${looked}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
