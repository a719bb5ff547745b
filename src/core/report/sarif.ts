import type { Severity } from '../lint/lint.ts';
import { compare } from '../values/path.ts';
import { toJson } from '../yaml/write-json.ts';
import { explainRule } from './explain-rule.ts';
import { type Entry, type Report, type Unread, describeEntry, fileOf } from './report.ts';

/** The levels of SARIF. */
const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/**
 * A report in SARIF 2.1.0, which services that scan code read.
 *
 * @param version the version of the program
 */
export function printSarif(report: Report, version: string): string {
  const rules = [...new Set(report.entries.map(({ rule }) => rule))].sort(compare);
  return toJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fluxblueprint', semanticVersion: version, rules: rules.map(toRule) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.unread.length === 0,
            toolExecutionNotifications: report.unread.map(toNotification),
          },
        ],
        results: report.entries.map((entry) => toResult(entry, rules.indexOf(entry.rule))),
      },
    ],
  });
}

function toRule(id: string): object {
  const { finds, remedy } = explainRule(id);
  return { id, shortDescription: { text: finds }, help: { text: remedy } };
}

function toNotification({ input, message }: Unread): object {
  return { level: 'error', message: { text: `${input}: ${message}` } };
}

function toResult(entry: Entry, ruleIndex: number): object {
  const { rule, severity, path, input, place } = entry;
  const file = fileOf(input);
  const physicalLocation = file === undefined ? undefined : locate(file, place);
  const logicalLocations = path === '' ? undefined : [{ fullyQualifiedName: path }];
  const hasLocation = physicalLocation !== undefined || logicalLocations !== undefined;
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: describeEntry(entry) },
    locations: hasLocation ? [{ physicalLocation, logicalLocations }] : [],
  };
}

function locate(file: string, place: Entry['place']): object {
  const region = place === undefined ? undefined : { startLine: place.line, startColumn: place.column };
  return { artifactLocation: { uri: toUri(file) }, region };
}

/** A path as a URI: relative ones stay so. */
function toUri(file: string): string {
  const path = file.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
