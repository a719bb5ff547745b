/**
 * Writes a blueprint as YAML for people: short items in one line, the values of charts as they are written everywhere,
 * and the comments of the source beside what they are about. Begin with {@link writeBlueprint}.
 */
import { type Document, type Pair, isCollection, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { Steps } from '../../values/path.ts';
import { createDocument, printDocument } from '../../yaml/write-yaml.ts';

/** A comment, and the steps to what it stands before. Each line begins with what follows `#`. */
export interface Comment {
  steps: Steps;
  text: string;
}

/** The most characters of a line that holds an item of several fields. */
const MAX_LINE = 120;

/** Fields whose items stand in lines of their own, however short they are. */
const IN_LINES: ReadonlySet<string> = new Set([
  'spec',
  'sources',
  'layers',
  'components',
  'secrets',
  'externalSecrets',
  'notifications',
  'providers',
  'alerts',
  'receivers',
]);

/** The field whose content is written in lines throughout, as charts document it. */
const VALUES = 'values';

/** A blueprint as YAML. Comments whose place is not there are left out. */
export function writeBlueprint(blueprint: JsonObject, comments: readonly Comment[] = []): string {
  const document = createDocument(blueprint);
  for (const { steps, text } of comments) addComment(document, steps, text);
  const widths = new Widths();
  const root = document.contents;
  if (isMap(root)) for (const pair of root.items) layOutPair(pair, 0, widths, true);
  return printDocument(document);
}

function addComment(document: Document, steps: Steps, text: string): void {
  const parent: unknown = steps.length < 2 ? document.contents : document.getIn(steps.slice(0, -1), true);
  const last = steps.at(-1);
  if (isSeq(parent) && typeof last === 'number') setComment(parent.items[last], text);
  if (!isMap(parent)) return;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
  if (pair !== undefined) setComment(pair.key, text);
}

function setComment(node: unknown, text: string): void {
  if (!isScalar(node) && !isCollection(node)) return;
  node.commentBefore = node.commentBefore == null ? text : `${node.commentBefore}\n${text}`;
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Decides for a field and all below it what stands in one line. `column` is where the field begins. */
function layOutPair(pair: Pair, column: number, widths: Widths, isTop: boolean): void {
  const { value } = pair;
  const key = keyOf(pair);
  if (key === VALUES || !isCollection(value)) return;
  const inLines = IN_LINES.has(key) && !(key === 'spec' && !isTop);
  if (!inLines && column + key.length + 2 + widths.of(value) <= MAX_LINE) value.flow = true;
  else layOutItems(value, column + 2, widths);
}

function layOutItems(node: unknown, column: number, widths: Widths): void {
  if (isMap(node)) {
    for (const item of node.items) layOutPair(item, column, widths, false);
  } else if (isSeq(node)) {
    for (const item of node.items) {
      if (!isCollection(item)) continue;
      if (column + 2 + widths.of(item) <= MAX_LINE) item.flow = true;
      else layOutItems(item, column + 2, widths);
    }
  }
}

/** How wide nodes are in one line; infinite where they do not fit in one, as with a comment or chart values. */
class Widths {
  readonly #known = new Map<unknown, number>();

  of(node: unknown): number {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const width = this.#measure(node);
    this.#known.set(node, width);
    return width;
  }

  #measure(node: unknown): number {
    if (isPair(node)) return this.#measurePair(node);
    if (isScalar(node)) return widthOfScalar(node.value) + (node.commentBefore == null ? 0 : Infinity);
    if (!isCollection(node)) return 4;
    if (node.commentBefore != null) return Infinity;
    // Brackets, spaces within them, and a comma with a space between two.
    return node.items.reduce<number>((sum, item) => sum + this.of(item) + 2, 2);
  }

  #measurePair(pair: Pair): number {
    const { value } = pair;
    if (keyOf(pair) === VALUES && isCollection(value) && value.items.length > 0) return Infinity;
    return this.of(pair.key) + 2 + this.of(value);
  }
}

function widthOfScalar(value: unknown): number {
  if (typeof value !== 'string') return String(value).length;
  if (value.includes('\n')) return Infinity;
  return /^[\w./-]+$/.test(value) ? value.length : value.length + 2;
}
