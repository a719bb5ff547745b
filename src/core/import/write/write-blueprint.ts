/**
 * Writes a blueprint as YAML for people: what is short stands in brackets, the values of charts in lines as charts
 * document them, and comments of the source beside what they are about. Begin with {@link writeBlueprint}.
 */
import { type Document, isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject } from '../../values/json.ts';
import { type Steps, joinPath } from '../../values/path.ts';
import { createDocument, printDocument } from '../../yaml/write-yaml.ts';
import { MAX_LINE, fillLines, inFlow, isCompact } from './flow.ts';
import { scalarInBlock, scalarInFlow } from './scalar.ts';

/** A comment, and the steps to what it stands before. Each of its lines is written behind `#`. */
export interface Comment {
  steps: Steps;
  lines: readonly string[];
}

/** Fields whose items stand in lines of their own, however short they are. */
const IN_LINES: ReadonlySet<string> = new Set([
  'spec',
  'sources',
  'layers',
  'components',
  'externalSecrets',
  'notifications',
  'providers',
  'alerts',
  'receivers',
]);

/** The field whose content is written in lines throughout. */
const VALUES = 'values';

/** A blueprint as YAML. */
export function writeBlueprint(blueprint: JsonObject, comments: readonly Comment[] = []): string {
  const writer = new Writer(comments);
  writer.writeMap(blueprint, 0, []);
  return `${writer.lines.join('\n')}\n`;
}

class Writer {
  readonly lines: string[] = [];
  readonly #comments: ReadonlyMap<string, readonly string[]>;
  /** The paths below which a comment stands. */
  readonly #commented = new Set<string>();
  /** The comments within the values of a chart, by the path of those values. */
  readonly #inValues = new Map<string, Comment[]>();

  constructor(comments: readonly Comment[]) {
    const byPath = new Map<string, string[]>();
    for (const { steps, lines } of comments) {
      const path = joinPath('', steps);
      byPath.set(path, [...(byPath.get(path) ?? []), ...lines]);
    }
    this.#comments = byPath;
    for (const comment of comments) {
      const { steps } = comment;
      for (let length = 0; length < steps.length; length++)
        this.#commented.add(joinPath('', steps.slice(0, length)));
      const end = steps.indexOf(VALUES) + 1;
      const values = joinPath('', steps.slice(0, end));
      if (end > 0) this.#inValues.set(values, [...(this.#inValues.get(values) ?? []), comment]);
    }
  }

  writeMap(map: JsonObject, indent: number, steps: Steps): void {
    for (const [key, value] of Object.entries(map)) {
      if (value === undefined) continue;
      this.#writeComment([...steps, key], indent);
      this.#writeValue(`${' '.repeat(indent)}${scalarInFlow(key)}:`, value, indent, [...steps, key]);
    }
  }

  #writeComment(steps: Steps, indent: number): void {
    for (const line of this.#comments.get(joinPath('', steps)) ?? [])
      this.lines.push(`${' '.repeat(indent)}#${line}`);
  }

  /** Writes a value behind `head`, which is a key or a hyphen. */
  #writeValue(head: string, value: Json, indent: number, steps: Steps): void {
    const key = steps.at(-1);
    if (!isObject(value) && !Array.isArray(value)) this.#writeScalar(head, value, indent);
    else if (key === VALUES && !this.#isShort(value, steps)) this.#writeValues(head, value, indent, steps);
    else if (!this.#writeCompact(head, value, indent, steps)) this.#writeParts(head, value, indent, steps);
  }

  /** Whether the values of a chart stand in brackets. */
  #isShort(values: JsonObject | Json[], steps: Steps): boolean {
    return !this.#inValues.has(joinPath('', steps)) && isCompact({ values });
  }

  #writeScalar(head: string, value: Json, indent: number): void {
    const [first = '', ...more] = scalarInBlock(value).split('\n');
    this.lines.push(
      `${head} ${first}`,
      ...more.map((line) => (line === '' ? '' : ' '.repeat(indent) + line)),
    );
  }

  #writeValues(head: string, value: Json, indent: number, steps: Steps): void {
    const document = createDocument(value);
    for (const comment of this.#inValues.get(joinPath('', steps)) ?? [])
      addComment(document, comment.steps.slice(steps.length), comment.lines);
    const lines = printDocument(document).split('\n').slice(0, -1);
    this.lines.push(head, ...lines.map((line) => (line === '' ? '' : ' '.repeat(indent + 2) + line)));
  }

  /** Writes a value in brackets; returns whether it may stand so. */
  #writeCompact(head: string, value: JsonObject | Json[], indent: number, steps: Steps): boolean {
    const key = steps.at(-1);
    if (this.#commented.has(joinPath('', steps)) || !isCompact(value) || holdsLines(value)) return false;
    const one = `${head} ${inFlow(value)}`;
    if (isInLines(key, value) && steps.length < 6 && !isShortList(value, one)) return false;
    const filled = one.length <= MAX_LINE ? one : fill(head, value, indent);
    if (filled === undefined) return false;
    this.lines.push(...filled.split('\n'));
    return true;
  }

  #writeParts(head: string, value: JsonObject | readonly Json[], indent: number, steps: Steps): void {
    if (Array.isArray(value)) {
      this.lines.push(head);
      value.forEach((item: Json, i) => {
        this.#writeItem(item, indent + 2, [...steps, i]);
      });
      return;
    }
    if (!head.endsWith('-')) {
      this.lines.push(head);
      this.writeMap(value as JsonObject, indent + 2, steps);
      return;
    }
    const start = this.lines.length;
    this.writeMap(value as JsonObject, indent + 2, steps);
    this.lines[start] = `${head} ${(this.lines[start] ?? '').slice(indent + 2)}`;
  }

  #writeItem(item: Json, indent: number, steps: Steps): void {
    this.#writeComment(steps, indent);
    this.#writeValue(`${' '.repeat(indent)}-`, item, indent, steps);
  }
}

function isInLines(key: Steps[number] | undefined, value: JsonObject | readonly Json[]): boolean {
  return typeof key === 'string' && IN_LINES.has(key) && Object.keys(value).length > 0;
}

/** Whether a list has one item, which stands in one line with its name. */
function isShortList(value: JsonObject | readonly Json[], line: string): boolean {
  return Array.isArray(value) && value.length === 1 && line.length <= MAX_LINE;
}

function fill(head: string, value: Json, indent: number): string | undefined {
  const filled = fillLines(value, head.length + 1, indent + 4);
  return filled === undefined ? undefined : `${head} ${filled}`;
}

/** Whether a value has items that stand in lines of their own. */
function holdsLines(value: Json): boolean {
  return (
    isObject(value) && Object.keys(value).some((key) => key === 'components' && isListOfItems(value[key]))
  );
}

/** `components` of a layer, which a Kustomization has too, as texts. */
function isListOfItems(value: Json | undefined): boolean {
  return Array.isArray(value) && value.some(isObject);
}

/** Puts a comment before a value of a document. */
function addComment(document: Document, steps: Steps, lines: readonly string[]): void {
  const parent: unknown = steps.length < 2 ? document.contents : document.getIn(steps.slice(0, -1), true);
  const last = steps.at(-1);
  const node: unknown = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key
    : isSeq(parent) && typeof last === 'number'
      ? parent.items[last]
      : undefined;
  if (!isScalar(node) && !isCollection(node)) return;
  node.commentBefore = [...(node.commentBefore == null ? [] : [node.commentBefore]), ...lines].join('\n');
}
