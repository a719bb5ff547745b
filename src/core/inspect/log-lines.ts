import { type ObjectRef, objectKey } from '../../api/object.ts';
import { KIND } from '../../api/names.ts';
import { findCredentialShape } from '../credentials/credential-shapes.ts';
import type { Layout, Look } from '../text/layout.ts';
import { toOneLine } from '../text/printable.ts';
import { fold } from '../text/width.ts';
import { isObject, textAt } from '../values/json.ts';
import { cut } from '../values/truncate.ts';

/** A line of a controller's log, about one object. */
export interface LogEntry {
  /** In RFC 3339. */
  time: string;
  level: string;
  /** What it is about. */
  kind: string;
  namespace: string;
  name: string;
  /** On one line, with the error where there is one; of bounded length. */
  message: string;
}

/** The longest line that is read, in characters: what is longer is no line of a controller. */
const MAX_LINE = 1_000_000;

/** The longest message that is shown, in characters. */
const MAX_MESSAGE = 2000;

/**
 * Reads a line as Flux's controllers and the operator log, one JSON object: `ts`, `level`, `msg`, `controllerKind` with
 * `namespace` and `name`, and perhaps `error`; or the object below the name of its kind. Undefined for any other line,
 * and for one that is about no object.
 */
export function parseLogLine(text: string): LogEntry | undefined {
  const fields = parseFields(text);
  if (fields === undefined) return undefined;
  const [time, message] = [textAt(fields, ['ts']), textAt(fields, ['msg'])];
  const subject = subjectOf(fields);
  if (time === undefined || message === undefined || subject === undefined) return undefined;
  const error = textAt(fields, ['error']) ?? '';
  return {
    time,
    level: textAt(fields, ['level']) ?? 'info',
    ...subject,
    message: hide(cut([message, error].filter((part) => part !== '').join(': '), MAX_MESSAGE)),
  };
}

function parseFields(text: string): Record<string, unknown> | undefined {
  // Most other lines need not be parsed.
  if (!text.startsWith('{') || text.length > MAX_LINE) return undefined;
  try {
    const fields = JSON.parse(text) as unknown;
    return isObject(fields) ? fields : undefined;
  } catch (error) {
    // A text that is nested too deep is a RangeError.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function subjectOf(
  fields: Record<string, unknown>,
): Pick<LogEntry, 'kind' | 'namespace' | 'name'> | undefined {
  // The operator has the key of its blueprint, `namespace/name`.
  const key = textAt(fields, [KIND])?.split('/');
  if (key !== undefined) return { kind: KIND, namespace: key[0] ?? '', name: key[1] ?? '' };
  const kind = textAt(fields, ['controllerKind']) ?? kindWithObject(fields);
  const [name, namespace] = ['name', 'namespace'].map(
    (field) => textAt(fields, [kind ?? '', field]) ?? textAt(fields, [field]),
  );
  return kind === undefined || name === undefined ? undefined : { kind, namespace: namespace ?? '', name };
}

/** The kind by whose name a field holds an object's name and namespace. */
function kindWithObject(fields: Record<string, unknown>): string | undefined {
  return Object.keys(fields).find(
    (field) => /^[A-Z]\w+$/.test(field) && textAt(fields, [field, 'name']) !== undefined,
  );
}

function hide(message: string): string {
  const shape = findCredentialShape(message);
  return shape === undefined ? message : `(hidden, because it holds ${shape})`;
}

/** Whether lines are about some objects. */
export class LogFilter {
  readonly #keys: ReadonlySet<string>;

  constructor(refs: readonly ObjectRef[]) {
    this.#keys = new Set(refs.map(({ kind, namespace, name }) => objectKey(kind, namespace, name)));
  }

  /** Whether an entry is about one of them. */
  includes({ kind, namespace, name }: LogEntry): boolean {
    return this.#keys.has(objectKey(kind, namespace, name));
  }
}

/** Entries from the oldest to the newest. */
export function sortEntries(entries: readonly LogEntry[]): LogEntry[] {
  const times = new Map(entries.map((entry) => [entry, Date.parse(entry.time) || 0]));
  return entries.toSorted((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
}

const LOOKS: Readonly<Partial<Record<string, Look>>> = {
  error: 'bad',
  warn: 'warning',
  warning: 'warning',
  debug: 'faint',
};

/** An entry for people, as `flux logs` has it: `time level Kind/name.namespace - message`; folded on a terminal. */
export function printLogEntry(
  { time, level, kind, namespace, name, message }: LogEntry,
  layout: Layout,
): string {
  const about = toOneLine(`${kind}/${name}${namespace === '' ? '' : `.${namespace}`}`);
  const text = `${toOneLine(time)} ${toOneLine(level)} ${about} - ${toOneLine(message)}`;
  const { columns, paint } = layout;
  const lines = columns === undefined ? [text] : fold(text, Math.max(MIN_COLUMNS, columns) - 2);
  const look = LOOKS[level];
  return lines
    .map((line, i) => `${i === 0 ? '' : '  '}${look === undefined ? line : paint(look, line)}\n`)
    .join('');
}

/** The narrowest terminal that is heeded, in columns. */
const MIN_COLUMNS = 20;
