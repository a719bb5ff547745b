/**
 * YAML in and out: blueprints are read here, and `write-yaml.ts` writes objects. Reading guards against hostile input:
 * size, number of marks and the expansion of anchors are bounded before any value is handed on. Nothing here knows what
 * a blueprint means. Begin with {@link readBlueprints}.
 */
import { type Document, LineCounter, type Tags, parseAllDocuments } from 'yaml';
import { KIND } from '../../api/names.ts';
import { countMarks } from './count-marks.ts';
import { isObject } from '../values/json.ts';
import { convertDocument } from './convert-document.ts';
import { type Problem, Problems } from '../validation/problem.ts';

/**
 * The largest input that is read, in bytes: the most that etcd takes for one object (`--max-request-bytes`, 1.5 MiB).
 */
export const MAX_INPUT_BYTES = 1.5 * 1024 * 1024;

/**
 * The most marks that an input may have, see {@link countMarks}. A line such as `interval: 10m` has eight marks, and
 * the largest blueprint (2000 objects of ten lines) about 160,000. The parser takes microseconds for each.
 */
export const MAX_MARKS = 200_000;

/** The most uses of one anchor, nested uses multiplied: two for each component of the largest blueprint. */
const MAX_ALIASES = 4000;

/** The most values that an input may hold, counting every use of an anchor. The largest request holds fewer. */
const MAX_VALUES = 1_000_000;

/** The most syntax errors that are reported for one document: those after the first often follow from it. */
const MAX_FAULTS = 20;

/** The blueprints of an input as parsed values, none of them checked yet, or the reasons why it cannot be read. */
export type Read = { ok: true; blueprints: unknown[] } | { ok: false; problems: Problem[] };

/**
 * Reads the blueprints of a YAML or JSON text as kubectl does: words such as `yes` and `on` are booleans (YAML 1.1),
 * and dates are text. A `List` stands for its items. Documents of other kinds are skipped; an input without any
 * blueprint is a problem.
 */
export function readBlueprints(text: string): Read {
  const problems = new Problems();
  const excess = findExcess(text);
  if (excess !== undefined) {
    problems.add('too-large', '', `the input has ${excess}: split it into several blueprints and files`);
    return { ok: false, problems: problems.list() };
  }
  const values = problems.collect(() => parseDocuments(text, problems)) ?? [];
  const blueprints = values.flatMap(itemsOf).filter((value) => isObject(value) && value['kind'] === KIND);
  if (problems.none && blueprints.length === 0) {
    problems.add('no-blueprint', '', `the input holds no object of kind ${KIND}`);
  }
  return problems.none ? { ok: true, blueprints } : { ok: false, problems: problems.list() };
}

/** The items of a list as `kubectl get -o yaml` writes it; else the value alone. */
function itemsOf(value: unknown): unknown[] {
  if (!isObject(value)) return [value];
  const { kind, items } = value;
  return (kind === 'List' || kind === `${KIND}List`) && Array.isArray(items) ? items : [value];
}

/** Says what an input has too much of; undefined where it can be parsed. Nothing is parsed before this check. */
function findExcess(text: string): string | undefined {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_INPUT_BYTES)
    return `${bytes} bytes, and the largest object that a cluster stores has ${MAX_INPUT_BYTES}`;
  return countMarks(text, MAX_MARKS) > MAX_MARKS
    ? `more than ${MAX_MARKS} marks (keys, values, brackets, commas), which no blueprint needs`
    : undefined;
}

/** Keeps the tags of YAML 1.1 that kubectl's parser knows. It reads the others (dates, base 60, sets) as text. */
function keepTags(tags: Tags): Tags {
  const unknown = ['timestamp', 'intTime', 'floatTime', 'binary', 'set', 'omap', 'pairs'];
  return tags.filter((tag) => (typeof tag === 'string' ? !unknown.includes(tag) : !isUnknownTag(tag)));
}

function isUnknownTag(tag: { tag: string; format?: string | undefined }): boolean {
  return /:(timestamp|binary|set|omap|pairs)$/.test(tag.tag) || tag.format === 'TIME';
}

function parseDocuments(text: string, problems: Problems): unknown[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    customTags: keepTags,
    lineCounter: lines,
    prettyErrors: false,
    // The library compares every key with every other, which takes minutes for a large map; see `convertDocument`.
    uniqueKeys: false,
  });
  return [...documents].flatMap((document) => {
    const faults = [
      ...document.errors.map(({ message, pos }) => ({ message, at: pos[0] })),
      ...convertDocument(document),
    ];
    for (const { message, at } of faults.slice(0, MAX_FAULTS)) {
      const { line, col } = lines.linePos(at);
      problems.add('yaml', `line ${line}, column ${col}`, explain(message));
    }
    return faults.length > 0 ? [] : toValue(document, problems);
  });
}

/** The parser's message, unless it ran out of stack. */
function explain(message: string): string {
  return message.startsWith('Maximum call stack size') ? 'is nested too deep to be read' : message;
}

function toValue(document: Document.Parsed, problems: Problems): unknown[] {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (countValues(value, new Map()) <= MAX_VALUES) return [value];
    problems.add(
      'too-large',
      '',
      `anchors make more than ${MAX_VALUES} values of the input: write less of it by them`,
    );
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    problems.add('yaml', '', error.message);
  }
  return [];
}

/** How many values there are when each use of an anchor counts. `known` holds the counts of objects already visited. */
function countValues(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  // A value that contains itself is refused later, for its depth.
  known.set(value, 1);
  let count = 1;
  for (const inner of Object.values(value)) count += countValues(inner, known);
  known.set(value, count);
  return count;
}
