/**
 * What `lint` found, as data (this file) and as text for people (`text.ts`) and programs (`json.ts`, `sarif.ts`,
 * `github.ts`). Everything here is pure. Begin with {@link createReport}.
 */
import { parseInputArgument } from '../input/input-argument.ts';
import type { InputBlueprint, InputProblem } from '../input/blueprint-reader.ts';
import type { Severity } from '../lint/lint.ts';
import type { BlueprintKey } from '../objects/ownership.ts';
import type { Review } from '../review/review.ts';
import { compareRemarks } from '../values/path.ts';
import type { Place } from '../yaml/line-table.ts';

/** One thing that was found. */
export interface Entry {
  /** What the operator refuses the blueprint for is an error, whatever the finding is otherwise. */
  severity: Severity;
  rule: string;
  /** Says what was found, and what to do. */
  message: string;
  /** The path in the blueprint; empty for what belongs to the input, or to all of the blueprint. */
  path: string;
  /** The name of the input. */
  input: string;
  /** Where in the input it is; undefined if it is all of it. */
  place: Place | undefined;
  /** Undefined for what could not be read as a blueprint. */
  blueprint: BlueprintKey | undefined;
}

/** An input that could not be read, or that holds nothing to look at. */
export interface Unread {
  input: string;
  /** A sentence, with what to do. */
  message: string;
}

/** What was found in all inputs. */
export interface Report {
  /** In the order of the inputs, and in each of places. */
  entries: readonly Entry[];
  unread: readonly Unread[];
  /** How many blueprints were looked at. */
  blueprints: number;
}

/** A blueprint, and what there is to say of it. */
export interface Reviewed {
  blueprint: InputBlueprint;
  review: Review;
}

/** Rules whose path leads to a key that is wrong, whatever its value is. */
const KEY_RULES: ReadonlySet<string> = new Set(['unknown-field', 'misplaced']);

/** Builds a report of problems of inputs and of what was found in blueprints. */
export function createReport(
  problems: readonly InputProblem[],
  reviewed: readonly Reviewed[],
  unread: readonly Unread[],
): Report {
  const ordered = [
    ...problems.map((problem) => ({ order: problem.order, entry: ofInput(problem) })),
    ...reviewed.flatMap((one) => ofBlueprint(one).map((entry) => ({ order: one.blueprint.order, entry }))),
  ];
  ordered.sort((a, b) => a.order - b.order || compareEntries(a.entry, b.entry));
  return { entries: ordered.map(({ entry }) => entry), unread, blueprints: reviewed.length };
}

function ofInput({ input, rule, message, path, place }: InputProblem): Entry {
  // The path of what cannot be read is its place.
  return {
    severity: 'error',
    rule,
    message,
    path: place === undefined ? path : '',
    input,
    place,
    blueprint: undefined,
  };
}

function ofBlueprint({ blueprint, review }: Reviewed): Entry[] {
  return review.comments.map(({ rule, message, path, severity, refuses }) => ({
    severity: refuses ? 'error' : severity,
    rule,
    message,
    path,
    input: blueprint.input,
    place: blueprint.locator?.locate(path, KEY_RULES.has(rule) ? 'key' : 'value'),
    blueprint: review.key,
  }));
}

/** Stands in for the place of what is of the whole input, which comes first. */
const NO_PLACE: Place = { line: 0, column: 0 };

function compareEntries(a: Entry, b: Entry): number {
  const [{ line, column }, other] = [a.place ?? NO_PLACE, b.place ?? NO_PLACE];
  return line - other.line || column - other.column || compareRemarks(a, b);
}

/** All severities, the most severe first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Counts the entries of each severity. */
export function countEntries({ entries }: Report): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of entries) counts[severity] += 1;
  return counts;
}

/** The exit code: 2 if an input could not be read, 1 if something at least as severe as `least` was found, else 0. */
export function exitCodeOf(report: Report, least: Severity): 0 | 1 | 2 {
  if (report.unread.length > 0) return 2;
  const failing = SEVERITIES.slice(0, SEVERITIES.indexOf(least) + 1);
  return report.entries.some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}

/**
 * The path of the file that an input is, or was at a revision; undefined for standard input. Tools that annotate files
 * take it from the root of the repository.
 */
export function fileOf(input: string): string | undefined {
  const argument = parseInputArgument(input);
  if (input === 'standard input' || 'fault' in argument || argument.from === 'stdin') return undefined;
  return argument.path.startsWith('./') ? argument.path.slice(2) : argument.path;
}

/** What is said of an entry without its place: `path: message`. */
export function describeEntry({ path, message }: Pick<Entry, 'path' | 'message'>): string {
  return path === '' ? message : `${path}: ${message}`;
}
