/**
 * YAML in and out: blueprints are read here, and `write-yaml.ts` writes objects. Reading guards against hostile input:
 * size, number of marks and the expansion of anchors are bounded before any value is handed on. Nothing here knows what
 * a blueprint means. Begin with {@link readBlueprints}.
 */
import { KIND } from '../../api/names.ts';
import { type Fault, MarkBudget, TooManyMarks } from './tokens/fault.ts';
import { readDocuments } from './documents/read-documents.ts';
import { isObject } from '../values/json.ts';
import { decodeText } from './decode-text.ts';
import { LineTable } from './line-table.ts';
import { type Problem, Problems } from '../validation/problem.ts';

/**
 * The largest input that is read, in bytes: the most that etcd takes for one object (`--max-request-bytes`, 1.5 MiB).
 */
export const MAX_INPUT_BYTES = 1.5 * 1024 * 1024;

/**
 * The most marks that an input may have: its keys, values, brackets and commas, and a few for each document. A line
 * such as `interval: 10m` has four, and the largest blueprint (2000 objects of ten lines) about 80,000.
 */
export const MAX_MARKS = 200_000;

/** The most mistakes that are reported for one document: nobody mends more before looking again. */
const MAX_FAULTS = 20;

/** The blueprints of an input as parsed values, none of them checked yet, or the reasons why it cannot be read. */
export type Read = { ok: true; blueprints: unknown[] } | { ok: false; problems: Problem[] };

/** Reads blueprints as {@link readBlueprints} does, from a file's bytes, which must be UTF-8. */
export function readBytes(bytes: Uint8Array): Read {
  // What is too large is not decoded: its size is the problem.
  if (bytes.length > MAX_INPUT_BYTES) return refuse('too-large', '', explainSize(bytes.length));
  const decoded = decodeText(bytes);
  return decoded.ok ? readBlueprints(decoded.text) : refuse('encoding', decoded.place, decoded.message);
}

function refuse(rule: string, path: string, message: string): Read {
  return { ok: false, problems: [{ rule, path, message }] };
}

/**
 * Reads the blueprints of a YAML or JSON text as kubectl does: words such as `yes` and `on` are booleans (YAML 1.1),
 * and dates are text. A `List` stands for its items. Documents of other kinds are skipped; an input without any
 * blueprint is a problem.
 */
export function readBlueprints(text: string): Read {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_INPUT_BYTES) return refuse('too-large', '', explainSize(bytes));
  const problems = new Problems();
  const values = problems.collect(() => readValues(text, problems)) ?? [];
  const blueprints = values.flatMap(itemsOf).filter((value) => isObject(value) && value['kind'] === KIND);
  if (problems.none && blueprints.length === 0) {
    problems.add('no-blueprint', '', `the input holds no object of kind ${KIND}`);
  }
  return problems.none ? { ok: true, blueprints } : { ok: false, problems: problems.list() };
}

function explainSize(bytes: number): string {
  return explainExcess(`${bytes} bytes, and the largest object that a cluster stores has ${MAX_INPUT_BYTES}`);
}

function explainExcess(what: string): string {
  return `the input has ${what}: split it into several blueprints and files`;
}

/** The items of a list as `kubectl get -o yaml` writes it; else the value alone. */
function itemsOf(value: unknown): unknown[] {
  if (!isObject(value)) return [value];
  const { kind, items } = value;
  return (kind === 'List' || kind === `${KIND}List`) && Array.isArray(items) ? items : [value];
}

function readValues(text: string, problems: Problems): unknown[] {
  const values: unknown[] = [];
  const lines = new LineTable(text);
  try {
    for (const document of readDocuments(text, new MarkBudget(MAX_MARKS))) {
      if (document.ok) values.push(document.value);
      else for (const fault of document.faults.slice(0, MAX_FAULTS)) addFault(fault, lines, problems);
    }
  } catch (error) {
    if (!(error instanceof TooManyMarks)) throw error;
    const what = `more than ${MAX_MARKS} marks (keys, values, brackets, commas), which no blueprint needs`;
    problems.add('too-large', '', explainExcess(what));
  }
  return values;
}

function addFault({ rule, message, at }: Fault, lines: LineTable, problems: Problems): void {
  problems.add(rule, at === undefined ? '' : lines.describe(at), message);
}
