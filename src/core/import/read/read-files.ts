import { isAllowedGroup } from '../../../api/groups.ts';
import { splitApiVersion } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject, own, textAt } from '../../values/json.ts';
import { readDocuments } from '../../yaml/documents/read-documents.ts';
import { splitStream } from '../../yaml/documents/split-stream.ts';
import { type Fault, MarkBudget, TooManyMarks } from '../../yaml/tokens/fault.ts';
import { raiseVersion } from './raise-version.ts';
import {
  type Note,
  type Place,
  type Skipped,
  type SourceFile,
  type SourceObject,
  describeObject,
  toSourceObject,
} from './source-object.ts';

/** What files hold. */
export interface ReadFiles {
  objects: SourceObject[];
  skipped: Skipped[];
  notes: Note[];
}

/** The most marks (keys, values, brackets, commas) that one document may have. */
const MAX_MARKS = 1_000_000;

/** What a document says that holds an object of the groups that are imported. */
const MENTIONS = /fluxcd\.io|external-secrets\.io|fluxcd\.controlplane\.io/;

/** How templates of Helm and Jinja look. */
const TEMPLATE = /\{\{|\{%/;

const TEMPLATE_REASON = 'is a template (Helm, Jinja), which only its own program can fill in';

/** Reads the objects of files. Documents that name no API group of Flux and External Secrets are passed over. */
export function readFiles(files: readonly SourceFile[]): ReadFiles {
  const read: ReadFiles = { objects: [], skipped: [], notes: [] };
  const charts = findCharts(files);
  for (const file of files) {
    if (isWithinChart(file.path, charts)) {
      if (MENTIONS.test(file.text))
        skip(read, { file: file.path, line: 1 }, file.path, 'is a template of a Helm chart');
    } else readFile(file, read);
  }
  return read;
}

/** The folders with templates of Helm charts. */
function findCharts(files: readonly SourceFile[]): ReadonlySet<string> {
  const charts = files.filter(({ path }) => path === 'Chart.yaml' || path.endsWith('/Chart.yaml'));
  return new Set(charts.map(({ path }) => `${path.slice(0, -'Chart.yaml'.length)}templates`));
}

function isWithinChart(path: string, charts: ReadonlySet<string>): boolean {
  if (charts.size === 0) return false;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    if (charts.has(path.slice(0, slash))) return true;
  return false;
}

function skip(read: ReadFiles, { file, line }: Place, what: string, reason: string): void {
  read.skipped.push({ file, line, what, reason });
}

function readFile(file: SourceFile, read: ReadFiles): void {
  if (!MENTIONS.test(file.text)) return;
  const lines = new LineCounter(file.text);
  for (const part of splitStream(file.text, 0)) {
    if ('message' in part) {
      skip(read, { file: file.path, line: lines.lineAt(part.at ?? 0) }, file.path, part.message);
      continue;
    }
    const text = file.text.slice(part.start, part.end);
    if (!MENTIONS.test(text)) continue;
    const line = lines.lineAt(part.start + findContent(text));
    if (isEncrypted(text))
      skip(read, { file: file.path, line }, file.path, 'is encrypted by SOPS, and is not opened');
    else readPart({ file: file.path, line, text }, lines.lineAt(part.start), read);
  }
}

/** Where a document's first line is that says something. */
function findContent(text: string): number {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).trim();
    if (line !== '' && !line.startsWith('#') && !line.startsWith('---')) return at;
    if (end < 0) break;
    at = end + 1;
  }
  return 0;
}

function isEncrypted(text: string): boolean {
  return /^sops:/m.test(text) && /^ {2,8}mac:/m.test(text);
}

function readPart(place: Place & { text: string }, firstLine: number, read: ReadFiles): void {
  try {
    for (const document of readDocuments(place.text, new MarkBudget(MAX_MARKS))) {
      if (document.ok) readValue(document.value, place, read);
      else skipFaulty(document.faults, place, firstLine, read);
    }
  } catch (error) {
    if (!(error instanceof TooManyMarks)) throw error;
    skip(read, place, place.file, `has more than ${MAX_MARKS} marks (keys, values, brackets, commas)`);
  }
}

function skipFaulty(
  faults: readonly Fault[],
  place: Place & { text: string },
  firstLine: number,
  read: ReadFiles,
): void {
  const [first] = faults;
  const at = first?.at === undefined ? 0 : new LineCounter(place.text).lineAt(first.at) - 1;
  const where = { file: place.file, line: first?.at === undefined ? place.line : firstLine + at };
  const reason = TEMPLATE.test(place.text) ? TEMPLATE_REASON : `is no YAML: ${first?.message ?? ''}`;
  skip(read, where, place.file, reason);
}

function readValue(value: unknown, place: Place & { text: string }, read: ReadFiles): void {
  if (!isObject(value)) return;
  const items = own(value, 'items');
  if (textAt(value, ['kind']) === 'List' && Array.isArray(items))
    for (const item of items) if (isObject(item)) readObject(item, place, read);
  readObject(value, place, read);
}

function readObject(value: JsonObject, place: Place & { text: string }, read: ReadFiles): void {
  const [apiVersion, kind] = [textAt(value, ['apiVersion']), textAt(value, ['kind'])];
  if (apiVersion === undefined || kind === undefined) return;
  if (!isAllowedGroup(splitApiVersion(apiVersion).group)) return;
  const object = toSourceObject(value, place);
  if (object === undefined) {
    skip(read, place, kind, 'has no `metadata.name`');
  } else if (TEMPLATE.test(object.name) || TEMPLATE.test(object.namespace ?? '')) {
    skip(read, place, describeObject(object), TEMPLATE_REASON);
  } else {
    const raised = raiseVersion(object);
    for (const message of raised.notes) read.notes.push({ file: place.file, line: place.line, message });
    read.objects.push(raised.object);
  }
}

/** Counts lines of a text, for offsets that mostly grow. */
class LineCounter {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line of an offset, from 1. */
  lineAt(offset: number): number {
    if (offset < this.#at) [this.#at, this.#line] = [0, 1];
    for (let end = this.#text.indexOf('\n', this.#at); end >= 0 && end < offset;) {
      this.#line += 1;
      this.#at = end + 1;
      end = this.#text.indexOf('\n', this.#at);
    }
    return this.#line;
  }
}
