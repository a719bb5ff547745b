/**
 * From characters to tokens, as go-yaml v2 does it and in linear time: `cursor.ts` knows characters and lines, the
 * `scan-` files read texts, anchors and tags. Begin with {@link Scanner}, which knows indentation and keys.
 */
import { CODE, Cursor, byCode, endsWord, isBreak } from './cursor.ts';
import { type MarkBudget, ReadingEnd } from './fault.ts';
import { MAX_KEY, NO_KEY_HERE, NO_START, explainNoKey, explainNoStart, isTooLong } from './key-rules.ts';
import { scanBlock } from './scan-block.ts';
import { scanName, scanTag } from './scan-properties.ts';
import { scanDoubleQuoted, scanPlain, scanSingleQuoted } from './scan-text.ts';
import type { PossibleKey, Token, TokenKind } from './token.ts';

/** Reads a token that an indicator may begin; false where the indicator means nothing there. */
type Indicator = (scanner: Scanner) => boolean;

/**
 * Cuts a document into tokens as go-yaml v2 does. That a text is a key shows only at the colon behind it, so tokens
 * wait while a key may have begun: that ends with the line, and after {@link MAX_KEY} characters.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #budget: MarkBudget;
  #waiting: Token[] = [];
  /** The index of the next token in {@link #waiting}, and how many were taken before. */
  #next = 0;
  #taken = 0;
  /** The column of the innermost block, -1 outside of all, and those of the blocks around it. */
  #indent = -1;
  readonly #indents: number[] = [];
  /** Where a key may have begun: outside of brackets, and within each open bracket. */
  readonly #keys: (PossibleKey | undefined)[] = [undefined];
  /** The key that each open bracket may begin, while nothing within the bracket may be one. */
  readonly #brackets: (PossibleKey | undefined)[] = [];
  /** Whether a key may begin here. */
  #keyAllowed = true;
  /** The key that the next token may begin. */
  #beginning: PossibleKey | undefined;

  /** @param text a document that ends with a line break and {@link CODE.end} */
  constructor(text: string, budget: MarkBudget) {
    this.#cursor = new Cursor(text);
    this.#budget = budget;
  }

  /** The next token. Throws `ReadingEnd` where there is none that YAML knows. */
  peek(): Token {
    for (;;) {
      const token = this.#waiting[this.#next];
      if (token !== undefined && !(token.key?.awaited === true && this.#isInReach(token.key))) return token;
      this.#fetch();
    }
  }

  /** Takes the next token, which {@link peek} has answered. */
  take(): void {
    this.#taken += 1;
    this.#next += 1;
    if (this.#next < this.#waiting.length) return;
    this.#waiting = [];
    this.#next = 0;
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1;
  }

  #push(kind: TokenKind, at: number, text = ''): void {
    this.#budget.spend(1);
    this.#waiting.push({ kind, at, text, key: this.#beginning });
    this.#beginning = undefined;
  }

  /** Adds a token of one character. */
  #pushIndicator(kind: TokenKind): void {
    this.#push(kind, this.#cursor.at);
    this.#cursor.at += 1;
  }

  /** Puts a token in front of the one with a number; behind all where that one is taken. */
  #insert(number: number, kind: TokenKind, at: number): void {
    this.#budget.spend(1);
    const index = number < this.#taken ? this.#waiting.length : this.#next + number - this.#taken;
    this.#waiting.splice(index, 0, { kind, at, text: '', key: undefined });
  }

  /** The number of the next token that is found. */
  get #number(): number {
    return this.#taken + this.#waiting.length - this.#next;
  }

  #fetch(): void {
    this.#passToToken();
    const cursor = this.#cursor;
    this.#closeBlocks(cursor.column);
    const { code } = cursor;
    if (code === CODE.end) {
      this.#closeBlocks(-1);
      this.#forgetKey();
      this.#push('stream-end', cursor.at);
    } else if (cursor.column !== 0 || !this.#fetchAtLineStart(code)) {
      if (Scanner.#indicators[code]?.(this) === true) return;
      if (NO_START.has(code)) throw new ReadingEnd(explainNoStart(code), cursor.at);
      this.#fetchPlain();
    }
  }

  /** Passes spaces, comments and empty lines. */
  #passToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (this.#inFlow || !this.#keyAllowed) cursor.passBlanks();
      else cursor.passSpaces();
      if (cursor.code === CODE.hash) cursor.passLine();
      if (!isBreak(cursor.code)) return;
      cursor.passBreak();
      if (!this.#inFlow) this.#keyAllowed = true;
    }
  }

  /** Reads what means something only at the start of a line; false where there is nothing of that kind. */
  #fetchAtLineStart(code: number): boolean {
    const cursor = this.#cursor;
    if (code === CODE.percent) {
      const message =
        'Kubernetes reads no directives such as %YAML: remove the line, or quote the value, if it is meant as text';
      throw new ReadingEnd(message, cursor.at);
    }
    if (!cursor.atDocumentMark()) return false;
    this.#closeBlocks(-1);
    this.#forgetKey();
    this.#keyAllowed = false;
    this.#push(code === CODE.dash ? 'document-start' : 'document-end', cursor.at);
    cursor.at += 3;
    return true;
  }

  /** Ends the blocks that are indented more than a column. */
  #closeBlocks(column: number): void {
    if (this.#inFlow) return;
    while (this.#indent > column) {
      this.#push('block-end', this.#cursor.at);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  /** Begins a block in front of the token with a number, where it is indented more than the block around it. */
  #openBlock(kind: TokenKind, column: number, number: number, at: number): void {
    if (this.#inFlow || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#insert(number, kind, at);
  }

  /** Whether the colon of a key can still follow. */
  #isInReach(key: PossibleKey): boolean {
    if (!key.possible) return false;
    const { line, at, text } = this.#cursor;
    if (key.line === line && !isTooLong(text, key.at, at)) return true;
    if (key.required) throw new ReadingEnd(explainNoKey(key.line !== line), key.at);
    key.possible = false;
    return false;
  }

  /** Remembers that a key may begin here. */
  #noteKey(): void {
    if (!this.#keyAllowed) return;
    this.#forgetKey();
    const { at, line, column } = this.#cursor;
    const required = !this.#inFlow && this.#indent === column;
    this.#beginning = { at, line, column, number: this.#number, required, possible: true, awaited: true };
    this.#keys[this.#keys.length - 1] = this.#beginning;
    if (this.#inFlow) this.#brackets[this.#brackets.length - 1] = undefined;
  }

  #forgetKey(): void {
    const key = this.#keys.at(-1);
    if (key?.possible !== true) return;
    if (key.required) throw new ReadingEnd(explainNoKey(true), key.at);
    key.possible = false;
  }

  #openFlow(kind: TokenKind): true {
    this.#noteKey();
    this.#brackets.push(this.#beginning);
    this.#keys.push(undefined);
    this.#keyAllowed = true;
    this.#pushIndicator(kind);
    return true;
  }

  #closeFlow(kind: TokenKind): true {
    this.#forgetKey();
    if (this.#inFlow) this.#keys.pop();
    const key = this.#brackets.pop();
    if (key !== undefined) key.awaited = false;
    this.#keyAllowed = false;
    this.#pushIndicator(kind);
    return true;
  }

  #fetchComma(): true {
    this.#forgetKey();
    this.#keyAllowed = true;
    this.#pushIndicator('comma');
    return true;
  }

  #fetchEntry(): boolean {
    const { column, following, at } = this.#cursor;
    if (!endsWord(following)) return false;
    if (!this.#inFlow && !this.#keyAllowed) {
      throw new ReadingEnd('a list cannot begin here: put each - on a line of its own', at);
    }
    this.#openBlock('block-list', column, this.#number, at);
    this.#forgetKey();
    this.#keyAllowed = true;
    this.#pushIndicator('entry');
    return true;
  }

  /** Reads a `?`, which begins a key. */
  #fetchKey(): boolean {
    const { column, following, at } = this.#cursor;
    if (!this.#inFlow && !endsWord(following)) return false;
    if (!this.#inFlow && !this.#keyAllowed) throw new ReadingEnd(NO_KEY_HERE, at);
    this.#openBlock('block-map', column, this.#number, at);
    this.#forgetKey();
    this.#keyAllowed = !this.#inFlow;
    this.#pushIndicator('key');
    return true;
  }

  /** Reads a `:`, which ends a key. */
  #fetchValue(): boolean {
    const { column, following, at } = this.#cursor;
    if (!this.#inFlow && !endsWord(following)) return false;
    const key = this.#keys.at(-1);
    if (key !== undefined && this.#isInReach(key)) {
      this.#insert(key.number, 'key', key.at);
      this.#openBlock('block-map', key.column, key.number, key.at);
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (!this.#inFlow && !this.#keyAllowed) {
        const isLong = key !== undefined && key.line === this.#cursor.line && at - key.at > MAX_KEY;
        throw new ReadingEnd(isLong ? explainNoKey(false) : NO_KEY_HERE, at);
      }
      this.#openBlock('block-map', column, this.#number, at);
      this.#keyAllowed = !this.#inFlow;
    }
    this.#pushIndicator('value');
    return true;
  }

  /** Reads a token that may begin a key, and behind which none may begin. */
  #fetchText(kind: TokenKind, scan: (cursor: Cursor) => string): true {
    this.#noteKey();
    this.#keyAllowed = false;
    const { at } = this.#cursor;
    this.#push(kind, at, scan(this.#cursor));
    return true;
  }

  #fetchPlain(): void {
    this.#noteKey();
    this.#keyAllowed = false;
    const { at } = this.#cursor;
    const { text, brokeLine } = scanPlain(this.#cursor, this.#indent + 1, this.#inFlow);
    this.#push('plain', at, text);
    if (brokeLine) this.#keyAllowed = true;
  }

  #fetchBlockText(folded: boolean): boolean {
    if (this.#inFlow) return false;
    this.#forgetKey();
    this.#keyAllowed = true;
    const { at } = this.#cursor;
    this.#push('quoted', at, scanBlock(this.#cursor, this.#indent, folded));
    return true;
  }

  /** What each character begins. */
  static readonly #indicators = byCode<Indicator>({
    '[': (scanner) => scanner.#openFlow('flow-list'),
    '{': (scanner) => scanner.#openFlow('flow-map'),
    ']': (scanner) => scanner.#closeFlow('flow-list-end'),
    '}': (scanner) => scanner.#closeFlow('flow-map-end'),
    ',': (scanner) => scanner.#fetchComma(),
    '-': (scanner) => scanner.#fetchEntry(),
    '?': (scanner) => scanner.#fetchKey(),
    ':': (scanner) => scanner.#fetchValue(),
    '*': (scanner) => scanner.#fetchText('alias', scanName),
    '&': (scanner) => scanner.#fetchText('anchor', scanName),
    '!': (scanner) => scanner.#fetchText('tag', scanTag),
    "'": (scanner) => scanner.#fetchText('quoted', scanSingleQuoted),
    '"': (scanner) => scanner.#fetchText('quoted', scanDoubleQuoted),
    '|': (scanner) => scanner.#fetchBlockText(false),
    '>': (scanner) => scanner.#fetchBlockText(true),
  });
}
