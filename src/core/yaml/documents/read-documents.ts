/**
 * Reads YAML and JSON as Kubernetes does: kubectl's decoder splits a stream into documents, and `sigs.k8s.io/yaml`,
 * which is go-yaml v2, reads each. `parser.ts` knows the grammar, and `composer.ts` makes the values. Time and memory
 * are linear in the text. Nothing here knows what a document means. Begin with {@link readDocuments}.
 */
import type { Json } from '../../../api/object.ts';
import { TooManyAliases } from './composer.ts';
import { CODE, findEndOfLine, isBlank, isBreak } from '../tokens/cursor.ts';
import { type Fault, type MarkBudget, ReadingEnd } from '../tokens/fault.ts';
import { type JsonValue, type Reading, passSpace, readJson } from './json-reader.ts';
import { Parser } from './parser.ts';
import type { Places } from './places.ts';
import { passWideSpace, splitStream } from './split-stream.ts';

/**
 * A document as a value, or what is wrong with it: at least one fault, in the order of reading. `size` is how many
 * values there are when each use of an anchor counts, `start` the offset of the value in the text.
 */
export type Document =
  { ok: true; value: Json; size: number; start: number } | { ok: false; faults: Fault[] };

/** The marks that a document counts for, besides those that it holds. */
const DOCUMENT_MARKS = 8;

/**
 * Reads the documents of a text one after the other; an empty one is null. Values that aliases stand for are shared and
 * not copied. Throws `TooManyMarks` where the budget does not suffice.
 *
 * @param places takes where the values stand. Default: that is not noted
 */
export function* readDocuments(text: string, budget: MarkBudget, places?: Places): Generator<Document> {
  const reading = { budget, places };
  let from = 0;
  if (text[passWideSpace(text, 0)] === '{') {
    const json = yield* readJsonDocuments(text, reading);
    if (json === undefined) return;
    from = json;
  }
  for (const part of splitStream(text, from)) {
    budget.spend(DOCUMENT_MARKS);
    yield 'message' in part
      ? { ok: false, faults: [part] }
      : readDocument(text.slice(part.start, part.end), part.start, reading);
  }
}

/**
 * Reads one JSON value after the other, with or without space between them. Answers from where on the text is YAML,
 * which kubectl reads behind at most one value; undefined where there is none.
 */
function* readJsonDocuments(text: string, reading: Reading): Generator<Document, number | undefined> {
  let end = 0;
  let count = 0;
  for (let at = passSpace(text, 0); at < text.length; at = passSpace(text, end)) {
    reading.budget.spend(DOCUMENT_MARKS);
    const json = tryJson(text, at, reading);
    if ('ok' in json) {
      yield json;
      return undefined;
    }
    if (json.found === undefined) {
      const yaml = count < 2 ? findYaml(text, end) : undefined;
      if (yaml === undefined) yield refuse('this is not JSON, as what stands before it is: correct it', at);
      return yaml;
    }
    const { value, size, faults } = json.found;
    yield faults.length === 0 ? { ok: true, value, size, start: at } : { ok: false, faults };
    end = json.found.end;
    count += 1;
  }
  return undefined;
}

function tryJson(text: string, at: number, reading: Reading): { found: JsonValue | undefined } | Document {
  try {
    return { found: readJson(text, at, reading) };
  } catch (error) {
    if (error instanceof ReadingEnd) return { ok: false, faults: [error.fault] };
    throw error;
  }
}

function refuse(message: string, at: number): Document {
  return { ok: false, faults: [{ rule: 'yaml', message, at }] };
}

/**
 * Where YAML begins behind JSON: kubectl passes space up to the end of a line, and reads nothing from less than four
 * bytes.
 */
function findYaml(text: string, from: number): number | undefined {
  const at = passWideSpace(text, from, '\n');
  if (new TextEncoder().encode(text.slice(at, at + 4)).length < 4) return undefined;
  return text[at] === '\n' ? at + 1 : at;
}

/** The characters that YAML does not allow, not even within quotes. */
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Reads one document, which begins at an offset of the input. */
function readDocument(part: string, base: number, reading: Reading): Document {
  const unprintable = UNPRINTABLE.exec(part);
  if (unprintable !== null) {
    const code = (unprintable[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const message = `YAML does not allow the character U+${code}: write it as "\\u${code}" in double quotes`;
    return refuse(message, base + unprintable.index);
  }
  const skipped = part.charCodeAt(0) === CODE.mark ? 1 : 0;
  if (skipped === 1 && part.charCodeAt(1) === CODE.mark)
    return refuse('the text begins with two byte order marks: remove one', base + 1);
  const text = `${part.slice(skipped)}${/[\r\n]$/.test(part.slice(-1)) ? '' : '\n'}\0`;
  if (reading.places !== undefined) reading.places.base = base + skipped;
  return moveBy(base + skipped, parse(text, reading));
}

/** Counts the offsets of a document from the start of the whole text. */
function moveBy(base: number, document: Document): Document {
  if (document.ok) return { ...document, start: document.start + base };
  for (const fault of document.faults) if (fault.at !== undefined) fault.at += base;
  return document;
}

function parse(text: string, { budget, places }: Reading): Document {
  const parser = new Parser(text, budget, places);
  const { faults } = parser.composer;
  try {
    const value = parser.read();
    const { kind, at } = parser.end();
    const more = kind === 'stream-end' ? undefined : findMore(text, kind === 'document-end' ? at + 3 : at);
    if (more !== undefined) faults.push({ rule: 'yaml', message: NOT_READ, at: more });
    if (faults.length === 0) return { ok: true, value, size: parser.composer.size, start: parser.start };
  } catch (error) {
    faults.push(toFault(error));
  }
  return { ok: false, faults };
}

const NOT_READ =
  'Kubernetes reads nothing from here on: the value before is complete. Indent alike, or put --- between documents';

function toFault(error: unknown): Fault {
  if (error instanceof ReadingEnd) return error.fault;
  if (!(error instanceof TooManyAliases)) throw error;
  const message = 'aliases make too much of the input: write less of it by them';
  return { rule: 'too-large', message, at: undefined };
}

/** The offset of what stands behind a document besides comments and space; undefined where there is nothing. */
function findMore(text: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isBlank(code) || isBreak(code)) at += 1;
    else if (code === CODE.hash) at = findEndOfLine(text, at);
    else return code === CODE.end ? undefined : at;
  }
}
