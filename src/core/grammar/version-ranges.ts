/** The longest range of Masterminds/semver 3.5. Of a longer one nothing is known: older versions take it. */
const MAX_LENGTH = 512;

const OPERATOR = /(?:!=|>=|=>|<=|=<|~>|[=><~^])?/y;
const VERSION =
  /v?([0-9xX*|]+)(?:\.([0-9xX*|]+))?(?:\.([0-9xX*|]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?/y;
const SPACE = /[\t\n\f\r ]*/y;

/**
 * Says why Masterminds/semver 3 refuses a range of versions (`NewConstraint`), which source-controller, Helm and the
 * image controllers use.
 */
export function checkRange(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  // The library writes a span with a dash anew as text, and takes strange things beside it.
  return /\s-\s/.test(text) || text.split('||').every(isConjunction)
    ? undefined
    : 'is no range of versions, e.g. 1.x, ~1.2.0 or >=1.0.0 <2.0.0';
}

/** Reads terms such as `>=1.0` and `1.0 - 2.0`, with spaces or a comma between them. */
function isConjunction(text: string): boolean {
  const scanner = new Scanner(text);
  scanner.take(SPACE);
  if (!readTerm(scanner, true)) return false;
  for (;;) {
    const spaced = scanner.take(SPACE) !== '';
    const comma = scanner.takeText(',');
    if (scanner.ended) return !comma;
    if (!(comma || spaced)) return false;
    if (comma) scanner.take(SPACE);
    if (!readTerm(scanner, comma)) return false;
  }
}

/** Reads a term. A span with ` - ` may only begin where nothing but a comma stands before it. */
function readTerm(scanner: Scanner, spans: boolean): boolean {
  const operator = scanner.take(OPERATOR);
  scanner.take(SPACE);
  if (!isVersion(scanner.version())) return false;
  if (operator !== '' || !spans || !scanner.takeDash()) return true;
  return isVersion(scanner.version());
}

const NUMBER = /^[0-9]+$/;
const ANY: ReadonlySet<string> = new Set(['x', 'X', '*']);

/** Whether the parts of a version are numbers up to the first that stands for any, which ends the version. */
function isVersion(parts: RegExpExecArray | undefined): boolean {
  if (parts === undefined) return false;
  for (const part of parts.slice(1, 4) as (string | undefined)[]) {
    if (part === undefined || ANY.has(part)) break;
    if (!NUMBER.test(part) || BigInt(part) >= 2n ** 64n) return false;
  }
  return (parts[4] ?? '').split('.').every((part) => !/^0[0-9]+$/.test(part));
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  takeText(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  version(): RegExpExecArray | undefined {
    VERSION.lastIndex = this.#at;
    const found = VERSION.exec(this.#text) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  /** Takes ` - `; goes back to where it was where there is none. */
  takeDash(): boolean {
    const before = this.#at;
    if (this.take(SPACE) !== '' && this.takeText('-') && this.take(SPACE) !== '') return true;
    this.#at = before;
    return false;
  }
}
