import type { Json } from '../../../api/object.ts';
import { MapBuilder, explainUnkept } from './composer.ts';
import { type Fault, type MarkBudget, ReadingEnd } from '../tokens/fault.ts';
import { MAX_DEPTH, TOO_DEEP } from './parser.ts';
import type { Places } from './places.ts';

/** Says that a text is no JSON: it may be YAML. */
class NoJson extends Error {}

/** A value of JSON in a text, of how many values it consists, what is wrong with it, and the offset behind it. */
export interface JsonValue {
  value: Json;
  size: number;
  faults: Fault[];
  end: number;
}

/** What a reader takes from, and adds to. */
export interface Reading {
  budget: MarkBudget;
  /** Takes where the values stand. Default: that is not noted. */
  places?: Places | undefined;
}

/**
 * Reads one JSON value that begins at an offset; undefined where there is none. It is read by the rules of JSON, which
 * differ from those of YAML in escapes and long keys. Throws `ReadingEnd` where it nests too deep.
 */
export function readJson(text: string, at: number, reading: Reading): JsonValue | undefined {
  const reader = new JsonReader(text, at, reading);
  try {
    const value = reader.read();
    return { value, size: reader.size, faults: reader.faults, end: reader.at };
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
}

/** The offset of the next character that is no white space of JSON. */
export function passSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b && code !== 0x0c);
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;
const WORDS: Readonly<Partial<Record<string, Json>>> = { true: true, false: false, null: null };

class JsonReader {
  readonly faults: Fault[] = [];
  at: number;
  size = 0;
  readonly #text: string;
  readonly #budget: MarkBudget;
  readonly #places: Places | undefined;
  #depth = 0;

  constructor(text: string, at: number, { budget, places }: Reading) {
    this.#text = text;
    this.at = at;
    this.#budget = budget;
    this.#places = places;
  }

  read(): Json {
    this.#budget.spend(1);
    this.size += 1;
    const first = this.#text[this.at];
    if (first === '{') return this.#readNested(() => this.#readObject());
    if (first === '[') return this.#readNested(() => this.#readList());
    if (first === '"') return this.#readText();
    const word = this.#match(WORD)?.[0];
    if (word !== undefined) return WORDS[word] ?? null;
    return this.#readNumber();
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.#text) ?? undefined;
    this.at += match?.[0].length ?? 0;
    return match;
  }

  #passSpace(): string | undefined {
    this.at = passSpace(this.#text, this.at);
    return this.#text[this.at];
  }

  #expect(character: string): void {
    if (this.#passSpace() !== character) throw new NoJson();
    this.at += 1;
    this.#passSpace();
  }

  #readNested(read: () => Json): Json {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ReadingEnd(TOO_DEEP, this.at);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #readObject(): Json {
    const map = new MapBuilder(this.faults);
    this.#expect('{');
    if (this.#text[this.at] === '}') {
      this.at += 1;
      return map.value;
    }
    for (;;) {
      const { at } = this;
      this.#budget.spend(1);
      const key = this.#readText();
      this.#expect(':');
      const start = this.at;
      map.set(key, this.read(), at);
      this.#places?.note(map.value, key, at, start);
      if (this.#ends('}')) return map.value;
    }
  }

  #readList(): Json {
    const list: Json[] = [];
    this.#expect('[');
    if (this.#text[this.at] === ']') {
      this.at += 1;
      return list;
    }
    for (;;) {
      this.#places?.note(list, list.length, this.at);
      list.push(this.read());
      if (this.#ends(']')) return list;
    }
  }

  /** Passes a comma, or the end of a list or object; says which. */
  #ends(end: string): boolean {
    const found = this.#passSpace();
    if (found !== end) {
      this.#expect(',');
      return false;
    }
    this.at += 1;
    return true;
  }

  #readText(): string {
    const start = this.at;
    if (this.#text[start] !== '"') throw new NoJson();
    let at = start + 1;
    let escaped = false;
    for (; this.#text[at] !== '"'; at++) {
      if (!(this.#text.charCodeAt(at) >= 0x20)) throw new NoJson();
      if (this.#text[at] !== '\\') continue;
      escaped = true;
      at += 1;
    }
    this.at = at + 1;
    return escaped ? unescape(this.#text.slice(start, this.at)) : this.#text.slice(start + 1, at);
  }

  #readNumber(): number {
    const start = this.at;
    const match = this.#match(NUMBER);
    if (match === undefined) throw new NoJson();
    const [written, fraction, exponent] = match;
    const number = Number(written);
    const isInteger = fraction === undefined && exponent === undefined;
    if (isInteger && String(number) !== written && written !== '-0') {
      this.faults.push({ rule: 'yaml', message: explainUnkept('too long'), at: start });
    } else if (!Number.isFinite(number)) {
      const message = 'the number is too large to be kept: quote it, if text will do';
      this.faults.push({ rule: 'yaml', message, at: start });
    }
    return number;
  }
}

/** The text that a JSON string with escapes stands for. Go reads half a surrogate pair as U+FFFD. */
function unescape(quoted: string): string {
  try {
    return (JSON.parse(quoted) as string).toWellFormed();
  } catch {
    throw new NoJson();
  }
}
