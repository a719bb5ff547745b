import { CelError, type Token, tokenize } from './tokens.ts';
import { type Node, isBinding, isHas } from './tree.ts';

/** The deepest nesting that is read. cel-go itself refuses more than 250. */
const MAX_DEPTH = 200;

/** Says that an expression nests deeper than is read, so that nothing is known of it. */
export class TooDeep extends Error {}

/** Words that cannot name a variable, though they can name a field (`parser.go` of cel-go 0.27). */
const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const SUMS: ReadonlySet<string> = new Set(['+', '-']);
const PRODUCTS: ReadonlySet<string> = new Set(['*', '/', '%']);
/** The largest integers of CEL. */
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/**
 * Parses CEL as cel-go 0.27 does: the grammar, the reserved words, the arguments of macros, and the bounds of numbers.
 * Throws {@link CelError}, or {@link TooDeep}. It takes time linear in the text.
 */
export function parseCel(text: string): Node {
  return new Parser(tokenize(text)).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Node {
    const node = this.#expression();
    if (this.#peek().kind !== 'end') this.#unexpected();
    return node;
  }

  #expression(): Node {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new TooDeep();
    const condition = this.#chain(['||'], () => this.#chain(['&&'], () => this.#relation()));
    this.#depth -= 1;
    if (!this.#take('?')) return condition;
    const yes = this.#chain(['||'], () => this.#chain(['&&'], () => this.#relation()));
    this.#expect(':');
    return { kind: 'operator', sign: '?', args: [condition, yes, this.#expression()] };
  }

  #relation(): Node {
    return this.#chain(RELATIONS, () => this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#unary())));
  }

  /** Operands with operators of one rank between them. */
  #chain(signs: Iterable<string>, operand: () => Node): Node {
    const known = signs instanceof Set ? (signs as ReadonlySet<string>) : new Set(signs);
    const args = [operand()];
    let sign = '';
    while (this.#isSign() && known.has(this.#peek().text)) {
      sign = this.#advance().text;
      args.push(operand());
    }
    const [only] = args;
    return args.length === 1 && only !== undefined ? only : { kind: 'operator', sign, args };
  }

  #isSign(): boolean {
    const { kind, text } = this.#peek();
    return kind === 'op' || text === 'in';
  }

  #unary(): Node {
    const sign = this.#peek().text;
    if (this.#peek().kind !== 'op' || (sign !== '!' && sign !== '-')) return this.#member();
    let count = 0;
    while (this.#take(sign)) count += 1;
    const { kind } = this.#peek();
    const negative = sign === '-' && count === 1 && (kind === 'int' || kind === 'double');
    return { kind: 'operator', sign, args: [this.#member(negative)] };
  }

  #member(negative = false): Node {
    let node = this.#primary(negative);
    for (;;) {
      if (this.#take('.')) node = this.#selectOrCall(node);
      else if (this.#take('[')) {
        this.#take('?');
        node = { kind: 'index', of: node, by: this.#expression() };
        this.#expect(']');
      } else if (isNamePath(node) && this.#peek().text === '{' && this.#peek().kind === 'op') {
        node = this.#message();
      } else return node;
    }
  }

  #selectOrCall(of: Node): Node {
    const optional = this.#take('?');
    const token = this.#advance();
    if (token.kind !== 'name') this.#refuse(token);
    if (optional || !this.#take('(')) return { kind: 'select', of, field: token.text, at: token.at };
    return this.#call(of, token);
  }

  #call(of: Node | undefined, { text: name, at }: Token): Node {
    const args = this.#list(')', () => this.#expression(), false);
    const call = { kind: 'call' as const, of, name, args, at };
    if (isHas(call) && args[0]?.kind !== 'select')
      throw new CelError('has(…) takes a field, as in has(a.b)', at);
    if (isBinding(call) && args[0]?.kind !== 'name')
      throw new CelError(`${name}(…) begins with the name of a variable, as in .${name}(x, …)`, at);
    return call;
  }

  #primary(negative: boolean): Node {
    const token = this.#advance();
    if (token.kind === 'name') return this.#name(token);
    if (token.kind === 'word' && token.text !== 'in')
      return { kind: 'literal', type: token.text === 'null' ? 'other' : 'bool' };
    if (token.kind === 'op') return this.#bracketed(token);
    if (token.kind === 'end' || token.kind === 'word') this.#refuse(token);
    checkNumber(token, negative);
    return { kind: 'literal', type: 'other' };
  }

  #bracketed(token: Token): Node {
    switch (token.text) {
      case '(': {
        const node = this.#expression();
        this.#expect(')');
        return node;
      }
      case '[':
        return { kind: 'made', parts: this.#list(']', () => this.#optionalEntry()) };
      case '{':
        return { kind: 'made', parts: this.#list('}', () => this.#mapEntry()).flat() };
      case '.': {
        const name = this.#advance();
        if (name.kind !== 'name') this.#refuse(name);
        return this.#name(name);
      }
      default:
        return this.#refuse(token);
    }
  }

  #name(token: Token): Node {
    const called = this.#peek().text === '(' && this.#peek().kind === 'op';
    if (RESERVED.has(token.text)) throw new CelError('names a variable with a reserved word', token.at);
    if (called) {
      this.#next += 1;
      return this.#call(undefined, token);
    }
    return { kind: 'name', name: token.text, at: token.at };
  }

  #message(): Node {
    this.#expect('{');
    const entry = (): Node => {
      this.#take('?');
      const token = this.#advance();
      if (token.kind !== 'name') this.#refuse(token);
      this.#expect(':');
      return this.#expression();
    };
    return { kind: 'made', parts: this.#list('}', entry) };
  }

  #optionalEntry(): Node {
    this.#take('?');
    return this.#expression();
  }

  #mapEntry(): Node[] {
    const key = this.#optionalEntry();
    this.#expect(':');
    return [key, this.#expression()];
  }

  /** What stands between brackets, separated by commas; a list that is made may end with one, a call may not. */
  #list<T>(end: string, entry: () => T, comma = true): T[] {
    const entries: T[] = [];
    if (comma && entries.length === 0 && this.#peek().text === ',' && this.#peek(1).text === end)
      this.#advance();
    while (!this.#take(end)) {
      if (entries.length > 0) {
        this.#expect(',');
        if (comma && this.#take(end)) break;
      }
      entries.push(entry());
    }
    return entries;
  }

  #peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a list of tokens has an end');
    return token;
  }

  #advance(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #take(sign: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'op' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) this.#refuse(this.#peek(), `; \`${sign}\` is missing`);
  }

  #unexpected(): never {
    this.#refuse(this.#peek());
  }

  #refuse(token: Token, missing = ''): never {
    throw new CelError(
      token.kind === 'end' ? `ends too early${missing}` : `cannot go on like this${missing}`,
      token.at,
    );
  }
}

/** Whether a node is a name or fields of one, so that `{` after it makes a message of that type. */
function isNamePath(node: Node): boolean {
  let at = node;
  while (at.kind === 'select') at = at.of;
  return at.kind === 'name';
}

function checkNumber({ kind, text, at }: Token, negative: boolean): void {
  if (kind !== 'int' && kind !== 'uint') return;
  // More digits than any number of 64 bits has, so that converting them costs nothing.
  const digits = text.replace(/[uU]$/, '').replace(/^0(?!x)0*(?=[0-9])/, '');
  const most = kind === 'uint' ? MAX_UINT : negative ? MAX_INT + 1n : MAX_INT;
  if (digits.length > 40 || BigInt(digits) > most)
    throw new CelError('holds a number of more than 64 bits', at);
}
