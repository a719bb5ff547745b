import type { Json } from '../../../api/object.ts';
import { isObject } from '../../values/json.ts';
import { scalarInFlow } from './scalar.ts';

/** The most characters of a line that holds several fields. */
export const MAX_LINE = 120;

/** The most lines of a value that stands in brackets. */
const MAX_LINES = 6;

/** The most characters of the values of a chart that stand in brackets. */
const MAX_VALUES = 80;

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
 * A value in brackets, in as few lines as it takes. It begins at `column`, and further lines are indented by `indent`.
 * Fields stand whole in a line where that takes no more lines. Undefined where it takes too many.
 */
export function fillLines(value: Json, column: number, indent: number): string | undefined {
  const [whole, filled] = [false, true].map((splits) => {
    const filler = new Filler(column, splits);
    filler.add(value, indent, '');
    return filler;
  });
  const best = whole === undefined || (filled?.count ?? Infinity) < whole.count ? filled : whole;
  return best !== undefined && best.count <= MAX_LINES ? best.text : undefined;
}

/** Writes lines one after the other, each as full as it may be. */
class Filler {
  readonly #lines: string[] = [];
  readonly #splits: boolean;
  #line = '';
  /** How many characters stand before the line's own. */
  #before: number;

  /** @param splits whether a line may end within a field that would fit whole into the next one */
  constructor(column: number, splits: boolean) {
    this.#before = column;
    this.#splits = splits;
  }

  get text(): string {
    return [...this.#lines, this.#line].join('\n');
  }

  /** How many lines there are. */
  get count(): number {
    return this.#lines.length + 1;
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
      this.#breakBefore('', item, { end, indent });
      this.add(item, this.#deeper(indent), end);
    });
  }

  #addMap(map: Readonly<Record<string, Json | undefined>>, indent: number, suffix: string): void {
    this.#line += '{ ';
    const fields = Object.entries(map);
    fields.forEach(([key, value = null], i) => {
      const end = i === fields.length - 1 ? ` }${suffix}` : ', ';
      const name = `${scalarInFlow(key)}: `;
      this.#breakBefore(name, value, { end, indent });
      this.#line += name;
      this.add(value, this.#deeper(indent), end);
    });
  }

  /** How far lines within a value are indented. */
  #deeper(indent: number): number {
    return this.#splits ? indent : indent + 2;
  }

  #fits(text: string): boolean {
    return this.#before + this.#line.length + text.trimEnd().length <= MAX_LINE;
  }

  /** Begins a new line where a field does not fit into this one, or its beginning where lines may end within it. */
  #breakBefore(name: string, value: Json, { end, indent }: { end: string; indent: number }): void {
    if (this.#fits(name + inFlow(value) + end) || /^[ [{]*$/.test(this.#line)) return;
    if (this.#splits && hasParts(value) && this.#fits(name + beginningOf(value))) return;
    this.#lines.push(this.#line.trimEnd());
    this.#before = 0;
    this.#line = ' '.repeat(indent);
  }
}

/** The brackets and the first scalar of a value, which stand together. */
function beginningOf(value: Json): string {
  if (!hasParts(value)) return `${inFlow(value)},`;
  if (Array.isArray(value)) return `[${beginningOf(value[0] ?? null)}`;
  const [[key, field = null] = ['', null]] = Object.entries(value as Record<string, Json | undefined>);
  return `{ ${scalarInFlow(key)}: ${beginningOf(field)}`;
}

function hasParts(value: Json): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

/** Whether a value may stand in brackets: it has no text of several lines, and no long values of a chart. */
export function isCompact(value: Json): boolean {
  if (typeof value === 'string') return !value.slice(0, -1).includes('\n') && value.length < MAX_LINE;
  if (Array.isArray(value)) return value.every(isCompact);
  if (!isObject(value)) return true;
  return Object.entries(value).every(
    ([key, field]) =>
      field === undefined ||
      (isCompact(field) && (key !== 'values' || !hasParts(field) || inFlow(field).length <= MAX_VALUES)),
  );
}
