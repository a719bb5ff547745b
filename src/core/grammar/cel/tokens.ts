/**
 * The grammar of CEL: a text becomes tokens (here), these a tree, and of that the room says what Flux would refuse. It
 * evaluates nothing. Begin with `check-cel.ts`.
 */

/** What a token of CEL is. `op` is every sign; `in`, `true`, `false` and `null` are words that no field may have. */
export type TokenKind = 'name' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'op' | 'word' | 'end';

/** A token of CEL, and where it begins, counted in characters from 0. */
export interface Token {
  kind: TokenKind;
  text: string;
  at: number;
}

/** Says that a text is no CEL, and where that shows. */
export class CelError extends Error {
  readonly at: number;
  constructor(why: string, at: number) {
    super(why);
    this.at = at;
  }
}

const SPACE = /(?:[\t\n\f\r ]|\/\/[^\n]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const DOUBLE = /(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)/y;
const INTEGER = /(?:0x[0-9a-fA-F]+|[0-9]+)(?:[uU])?/y;
const OPERATOR = /(?:==|!=|<=|>=|&&|\|\||[<>!()[\]{}.,:?+\-*/%])/y;
const PREFIX = /[bB]?[rR]?(?="""|'''|"|')/y;
/** An escape in a string that is not raw; octal ones end at 377. */
const ESCAPE = /\\(?:[abfnrtv"'`\\?]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[xX][0-9a-fA-F]{2}|[0-3][0-7]{2})/y;

const WORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);

/**
 * Splits CEL into tokens, the last of them the end. Throws {@link CelError}. It takes time linear in the text.
 * The rules are those of the grammar of cel-go 0.27 (`parser/gen/CEL.g4`).
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skip(text, 0); at < text.length;) {
    const token = readString(text, at) ?? readOther(text, at);
    tokens.push(token);
    at = skip(text, at + token.text.length);
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function skip(text: string, at: number): number {
  return at + (match(SPACE, text, at)?.length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readOther(text: string, at: number): Token {
  const name = match(NAME, text, at);
  if (name !== undefined) return { kind: WORDS.has(name) ? 'word' : 'name', text: name, at };
  const double = match(DOUBLE, text, at);
  if (double !== undefined) return { kind: 'double', text: double, at };
  const integer = match(INTEGER, text, at);
  if (integer !== undefined) return { kind: /u$/i.test(integer) ? 'uint' : 'int', text: integer, at };
  const sign = match(OPERATOR, text, at);
  if (sign !== undefined) return { kind: 'op', text: sign, at };
  throw new CelError('holds a character that CEL does not know', at);
}

function readString(text: string, start: number): Token | undefined {
  const prefix = match(PREFIX, text, start);
  if (prefix === undefined) return undefined;
  const opening = start + prefix.length;
  const quote = text.startsWith(text.charAt(opening).repeat(3), opening)
    ? text.charAt(opening).repeat(3)
    : text.charAt(opening);
  const [raw, bytes] = [/r/i.test(prefix), /b/i.test(prefix)];
  for (let at = opening + quote.length; at < text.length;) {
    if (text.startsWith(quote, at)) {
      const kind = bytes ? 'bytes' : 'string';
      return { kind, text: text.slice(start, at + quote.length), at: start };
    }
    at += readCharacter(text, at, { raw, lines: quote.length === 3, bytes });
  }
  throw new CelError('has a string without an end', start);
}

/** How a string is written: without escapes, over lines, as bytes. */
interface Style {
  raw: boolean;
  lines: boolean;
  bytes: boolean;
}

/** Whether an escape stands for a character that there is. Among bytes none stands for a character of Unicode. */
function isCharacter(escape: string, bytes: boolean): boolean {
  if (!/^\\[uU]/.test(escape)) return true;
  const code = Number.parseInt(escape.slice(2), 16);
  return !bytes && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/** The length of a character of a string, or of an escape. */
function readCharacter(text: string, at: number, { raw, lines, bytes }: Style): number {
  const character = text.charAt(at);
  if (!lines && (character === '\n' || character === '\r'))
    throw new CelError('has a string that its line does not end', at);
  if (raw || character !== '\\') return 1;
  const escape = match(ESCAPE, text, at);
  if (escape === undefined || !isCharacter(escape, bytes))
    throw new CelError('has a string with an unknown escape', at);
  return escape.length;
}
