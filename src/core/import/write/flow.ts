import type { Json } from '../../../api/object.ts';
import { isObject } from '../../values/json.ts';
import { scalarInFlow } from './scalar.ts';

/** The most characters of a line that holds several fields. */
export const MAX_LINE = 120;

/** The most lines of a value that stands in brackets. */
const MAX_LINES = 3;

/** A value in brackets in one line. */
export function inFlow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`;
  if (!isObject(value)) return scalarInFlow(value);
  const fields = Object.entries(value).map(
    ([key, field]) => `${scalarInFlow(key)}: ${inFlow(field ?? null)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/**
 * A value in brackets, in as few lines as it takes, each filled. It begins at `column`, and further lines are indented
 * by `indent`. Undefined where that takes too many lines.
 */
export function fillLines(value: Json, column: number, indent: number): string | undefined {
  const filler = new Filler(column);
  filler.add(value, indent, '');
  return filler.lines.length < MAX_LINES ? filler.text : undefined;
}

/** Writes lines one after the other, each as full as it may be. */
class Filler {
  readonly lines: string[] = [];
  #line = '';
  /** How many characters stand before the line's own. */
  #before: number;

  constructor(column: number) {
    this.#before = column;
  }

  get text(): string {
    return [...this.lines, this.#line].join('\n');
  }

  /** Adds a value, and `suffix` behind it. */
  add(value: Json, indent: number, suffix: string): void {
    const text = inFlow(value) + suffix;
    if (this.#fits(text) || !hasParts(value)) this.#line += text;
    else if (Array.isArray(value)) this.#addList(value, indent, suffix);
    else if (isObject(value)) this.#addMap(value, indent, suffix);
  }

  #addList(list: readonly Json[], indent: number, suffix: string): void {
    this.#line += '[';
    list.forEach((item, i) => {
      const end = i === list.length - 1 ? `]${suffix}` : ', ';
      this.#breakBefore(inFlow(item) + end, indent);
      this.add(item, indent + 2, end);
    });
  }

  #addMap(map: Readonly<Record<string, Json | undefined>>, indent: number, suffix: string): void {
    this.#line += '{ ';
    const fields = Object.entries(map);
    fields.forEach(([key, value = null], i) => {
      const end = i === fields.length - 1 ? ` }${suffix}` : ', ';
      const name = `${scalarInFlow(key)}: `;
      this.#breakBefore(name + inFlow(value) + end, indent);
      this.#line += name;
      this.add(value, indent + 2, end);
    });
  }

  #fits(text: string): boolean {
    return this.#before + this.#line.length + text.trimEnd().length <= MAX_LINE;
  }

  /** Begins a new line where a text does not fit into this one. */
  #breakBefore(text: string, indent: number): void {
    if (this.#fits(text) || /^[ [{]*$/.test(this.#line)) return;
    this.lines.push(this.#line.trimEnd());
    this.#before = 0;
    this.#line = ' '.repeat(indent);
  }
}

function hasParts(value: Json): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

/** Whether a value may stand in brackets: it has no text of several lines, and no values of a chart. */
export function isCompact(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('\n') && value.length < MAX_LINE;
  if (Array.isArray(value)) return value.every(isCompact);
  if (!isObject(value)) return true;
  return Object.entries(value).every(
    ([key, field]) => field === undefined || (key === 'values' ? !hasParts(field) : isCompact(field)),
  );
}
