/** Codes of the characters that mean something to YAML. */
export const CODE = {
  end: 0,
  tab: 0x09,
  lineFeed: 0x0a,
  return: 0x0d,
  space: 0x20,
  hash: 0x23,
  percent: 0x25,
  apostrophe: 0x27,
  comma: 0x2c,
  dash: 0x2d,
  dot: 0x2e,
  colon: 0x3a,
  question: 0x3f,
  backslash: 0x5c,
  mark: 0xfeff,
} as const;

/** What belongs to characters of ASCII, by their codes. */
export function byCode<T>(values: Readonly<Record<string, T>>): readonly (T | undefined)[] {
  return Array.from({ length: 0x80 }, (_, code) => values[String.fromCharCode(code)]);
}

/** Whether a character ends a line: YAML 1.1 has five of them. */
export function isBreak(code: number): boolean {
  if (code > 0x7f) return code === 0x85 || code === 0x2028 || code === 0x2029;
  return code === CODE.lineFeed || code === CODE.return;
}

/** Whether a character is a space or a tab. */
export function isBlank(code: number): boolean {
  return code === CODE.space || code === CODE.tab;
}

/** Whether a line, or the text, ends at a character. */
export function endsLine(code: number): boolean {
  return code === CODE.end || isBreak(code);
}

/** Whether a word ends at a character. */
export function endsWord(code: number): boolean {
  return isBlank(code) || endsLine(code);
}

/** A place in the text of one document, which ends with a line break and {@link CODE.end}. */
export class Cursor {
  readonly text: string;
  /** The offset of the next character. */
  at = 0;
  /** How many lines ended before it. */
  line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** How many characters stand before this one in its line. A character outside the BMP counts twice. */
  get column(): number {
    return this.at - this.#lineStart;
  }

  /** The code of the next character. */
  get code(): number {
    return this.text.charCodeAt(this.at);
  }

  /** The code of the character behind the next one. */
  get following(): number {
    return this.text.charCodeAt(this.at + 1);
  }

  /** Passes a line break, and answers what it is in a text: `\n`, or U+2028 and U+2029 themselves. */
  passBreak(): string {
    const { code } = this;
    this.at += code === CODE.return ? countReturn(this.text, this.at) : 1;
    this.line += 1;
    this.#lineStart = this.at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  /** Passes spaces. */
  passSpaces(): void {
    while (this.code === CODE.space) this.at += 1;
  }

  /** Passes spaces and tabs. */
  passBlanks(): void {
    while (isBlank(this.code)) this.at += 1;
  }

  /** Passes what is left of a line, without its break. */
  passLine(): void {
    this.at = findEndOfLine(this.text, this.at);
  }

  /** Whether `---` or `...` stands here alone, at the start of a line. */
  atDocumentMark(): boolean {
    const { code, text, at } = this;
    if ((code !== CODE.dash && code !== CODE.dot) || this.column !== 0) return false;
    return (
      text.charCodeAt(at + 1) === code &&
      text.charCodeAt(at + 2) === code &&
      endsWord(text.charCodeAt(at + 3))
    );
  }
}

/** How many characters a break has that begins with CR: kubectl makes LF of CR LF before go-yaml does it again. */
function countReturn(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text.startsWith('\r\r\n', at) ? 3 : 1;
}

/** The offset of the next line break, or of the end of the text. */
export function findEndOfLine(text: string, from: number): number {
  let at = from;
  while (!endsLine(text.charCodeAt(at))) at += 1;
  return at;
}
