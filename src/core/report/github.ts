import type { Severity } from '../lint/lint.ts';
import { type Entry, type Report, describeEntry, fileOf } from './report.ts';

/** The commands of GitHub's workflows that annotate a file. */
const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** A report as workflow commands, by which GitHub Actions annotates the lines of a pull request. */
export function printGitHub({ entries, unread }: Report): string {
  const failures = unread.map(({ input, message }) =>
    printCommand('error', { file: fileOf(input), title: 'unreadable input' }, `${input}: ${message}`),
  );
  return [...failures, ...entries.map(printEntry)].join('');
}

function printEntry(entry: Entry): string {
  const { severity, rule, input, place } = entry;
  const properties = { file: fileOf(input), line: place?.line, col: place?.column, title: rule };
  return printCommand(COMMANDS[severity], properties, describeEntry(entry));
}

function printCommand(
  command: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const written = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  return `::${command} ${written.join(',')}::${escapeMessage(message)}\n`;
}

/** Escapes as the toolkit of GitHub Actions does. */
function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
