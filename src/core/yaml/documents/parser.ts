import type { Json } from '../../../api/object.ts';
import { Composer, type MapBuilder, type Node, isMergeKey } from './composer.ts';
import type { Places } from './places.ts';
import { type MarkBudget, ReadingEnd } from '../tokens/fault.ts';
import { UNKNOWN_TAG } from '../tokens/scan-properties.ts';
import { Scanner } from '../tokens/scanner.ts';
import type { Token, TokenKind } from '../tokens/token.ts';

/** The deepest nesting of a text that is read, twice what a blueprint may have. */
export const MAX_DEPTH = 500;

/** Why a text is refused that nests deeper than {@link MAX_DEPTH}. */
export const TOO_DEEP = 'is nested too deep to be read';

/** Where a value stands: `list` is a block in which a list need not be indented more than its key. */
type Place = 'block' | 'block-or-list' | 'flow';

const ENDS_ENTRY: readonly TokenKind[] = ['entry', 'block-end'];
const ENDS_BARE_ENTRY: readonly TokenKind[] = ['entry', 'key', 'value', 'block-end'];
const ENDS_PAIR: readonly TokenKind[] = ['key', 'value', 'block-end'];
const ENDS_LIST_PAIR: readonly TokenKind[] = ['value', 'comma', 'flow-list-end'];
const ENDS_MAP_PAIR: readonly TokenKind[] = ['value', 'comma', 'flow-map-end'];
const NO_CONTENT: readonly TokenKind[] = ['document-start', 'document-end', 'stream-end'];

/** Reads the tokens of one document by the grammar of go-yaml v2, and composes their values as it goes. */
export class Parser {
  readonly composer: Composer;
  /** Where the value of the document begins; the start of the text where there is none. */
  start = 0;
  readonly #scanner: Scanner;
  #depth = 0;

  /**
   * @param text a document that ends with a line break and a NUL
   * @param places takes where the values stand. Default: that is not noted
   */
  constructor(text: string, budget: MarkBudget, places?: Places) {
    this.composer = new Composer(places);
    this.#scanner = new Scanner(text, budget);
  }

  /**
   * The value of the document; null where there is none. Throws `ReadingEnd` at what is no YAML, and
   * `TooManyAliases`.
   */
  read(): Json {
    let token = this.#scanner.peek();
    if (token.kind === 'stream-end') return null;
    if (token.kind === 'document-start') {
      token = this.#next();
      if (NO_CONTENT.includes(token.kind)) return null;
    }
    this.start = token.at;
    return this.composer.value(this.#readNode('block'));
  }

  /** The token behind the document, at which Kubernetes stops. To be called after {@link read}. */
  end(): Token {
    return this.#scanner.peek();
  }

  #next(): Token {
    this.#scanner.take();
    return this.#scanner.peek();
  }

  #readNode(place: Place): Node {
    const token = this.#scanner.peek();
    if (token.kind === 'alias') {
      this.#scanner.take();
      return this.composer.resolve(token.text, token.at);
    }
    if (token.kind === 'plain' || token.kind === 'quoted') {
      this.composer.begin('');
      return this.#readScalar(token, '');
    }
    const { anchor, tag } = this.#readProperties();
    const begun = this.composer.begin(anchor);
    const node = this.#readContent(place, tag, token.at);
    this.composer.complete(begun, node);
    return node;
  }

  /** Reads an anchor and a tag, in any order. They are empty where there are none. */
  #readProperties(): { anchor: string; tag: string } {
    const first = this.#scanner.peek();
    const properties = { anchor: '', tag: '' };
    if (first.kind !== 'anchor' && first.kind !== 'tag') return properties;
    properties[first.kind] = textOf(first);
    const second = this.#next();
    if (second.kind === first.kind || (second.kind !== 'anchor' && second.kind !== 'tag')) return properties;
    properties[second.kind] = textOf(second);
    this.#scanner.take();
    return properties;
  }

  #readScalar(token: Token, tag: string): Node {
    this.#scanner.take();
    const scalar = { text: token.text, tag, untyped: tag === '' && token.kind === 'plain' };
    return this.composer.scalar(scalar, token.at);
  }

  /** Reads a value behind its anchor and tag. Its node stands at `at`. */
  #readContent(place: Place, tag: string, at: number): Node {
    const token = this.#scanner.peek();
    if (token.kind === 'plain' || token.kind === 'quoted') return this.#readScalar(token, tag);
    const value = this.#readCollection(token, place);
    if (value !== undefined) return { at, value, scalar: undefined, wrong: undefined, aliased: false };
    // An anchor or a tag may stand alone, for an empty text.
    if (token.at === at) throw new ReadingEnd(explainMissing(token.kind, place), at);
    return this.composer.scalar({ text: '', tag, untyped: tag === '' }, at);
  }

  /** Reads a list or map; undefined where none begins. The type of a list or map does not depend on its tag. */
  #readCollection({ kind, at }: Token, place: Place): Json | undefined {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ReadingEnd(TOO_DEEP, at);
    const value = this.#readKind(kind, place);
    this.#depth -= 1;
    return value;
  }

  #readKind(kind: TokenKind, place: Place): Json | undefined {
    if (kind === 'flow-list') return this.#readFlowList();
    if (kind === 'flow-map') return this.#readFlowMap();
    if (place === 'flow') return undefined;
    if (kind === 'block-list') return this.#readBlockList();
    if (kind === 'block-map') return this.#readBlockMap();
    return kind === 'entry' && place === 'block-or-list' ? this.#readBareList() : undefined;
  }

  /** An empty value: null. */
  #readNothing(at: number): Node {
    this.composer.begin('');
    return this.composer.scalar({ text: '', tag: '', untyped: true }, at);
  }

  /** Reads what stands behind an indicator: nothing, where one of the tokens `ends` follows. */
  #readBehind(place: Place, ends: readonly TokenKind[]): Node {
    const { kind, at } = this.#next();
    return ends.includes(kind) ? this.#readNothing(at) : this.#readNode(place);
  }

  #readBlockList(): Json[] {
    const list: Json[] = [];
    let token = this.#next();
    for (; token.kind === 'entry'; token = this.#scanner.peek())
      this.composer.append(list, this.#readBehind('block', ENDS_ENTRY));
    if (token.kind !== 'block-end') {
      const message = 'an item of the list must begin here with -: is the line indented as the list is?';
      throw new ReadingEnd(message, token.at);
    }
    this.#scanner.take();
    return list;
  }

  /** Reads a list whose items stand in the column of their key. */
  #readBareList(): Json[] {
    const list: Json[] = [];
    while (this.#scanner.peek().kind === 'entry')
      this.composer.append(list, this.#readBehind('block', ENDS_BARE_ENTRY));
    return list;
  }

  #readBlockMap(): Json {
    const map = this.composer.newMap();
    let token = this.#next();
    for (; token.kind === 'key'; token = this.#scanner.peek()) {
      const key = this.#readBehind('block-or-list', ENDS_PAIR);
      this.#readPair(map, key, 'block-or-list', ENDS_PAIR);
    }
    if (token.kind !== 'block-end') {
      const message = 'a key must stand here, with a colon and a space: is the line indented as the map is?';
      throw new ReadingEnd(message, token.at);
    }
    this.#scanner.take();
    return map.value;
  }

  /** Reads the value of a key, and sets both. */
  #readPair(map: MapBuilder, key: Node, place: Place, ends: readonly TokenKind[]): void {
    const token = this.#scanner.peek();
    const value = token.kind === 'value' ? this.#readBehind(place, ends) : this.#readNothing(token.at);
    if (isMergeKey(key)) {
      map.merge(value, key.at);
      return;
    }
    const name = this.composer.key(key);
    const set = this.composer.value(value);
    if (name !== undefined) map.set(name, set, key.at, value);
  }

  #readFlowList(): Json[] {
    const list: Json[] = [];
    let token = this.#next();
    while (token.kind !== 'flow-list-end') {
      if (token.kind === 'key') this.composer.append(list, this.#readSinglePair(token.at));
      else this.composer.append(list, this.#readNode('flow'));
      token = this.#passComma('flow-list-end');
    }
    this.#scanner.take();
    return list;
  }

  /** Reads `key: value` in a list, which is a map of its own. */
  #readSinglePair(at: number): Node {
    const map = this.composer.newMap();
    this.composer.begin('');
    const key = this.#readBehind('flow', ENDS_LIST_PAIR);
    this.#readPair(map, key, 'flow', ENDS_LIST_PAIR);
    return { at, value: map.value, scalar: undefined, wrong: undefined, aliased: false };
  }

  #readFlowMap(): Json {
    const map = this.composer.newMap();
    let token = this.#next();
    while (token.kind !== 'flow-map-end') {
      // Without `?` or a colon, a value is a key of null.
      const key = token.kind === 'key' ? this.#readBehind('flow', ENDS_MAP_PAIR) : this.#readNode('flow');
      if (token.kind === 'key') this.#readPair(map, key, 'flow', ENDS_MAP_PAIR);
      else this.#setNothing(map, key);
      token = this.#passComma('flow-map-end');
    }
    this.#scanner.take();
    return map.value;
  }

  #setNothing(map: MapBuilder, key: Node): void {
    const nothing = this.#readNothing(key.at);
    if (isMergeKey(key)) {
      map.merge(nothing, key.at);
      return;
    }
    const name = this.composer.key(key);
    if (name !== undefined) map.set(name, null, key.at);
  }

  /** Passes the comma behind a value within brackets, or stays at the end of the brackets. */
  #passComma(end: 'flow-list-end' | 'flow-map-end'): Token {
    const token = this.#scanner.peek();
    if (token.kind === end) return token;
    if (token.kind === 'comma') return this.#next();
    const message =
      end === 'flow-list-end'
        ? 'Flow sequence must end with ]: a comma or ] is missing here'
        : 'Flow map must end with }: a comma or } is missing here';
    throw new ReadingEnd(message, token.at);
  }
}

/** The text of an anchor or a tag. */
function textOf({ text, at }: Token): string {
  if (text === '') throw new ReadingEnd(UNKNOWN_TAG, at);
  return text;
}

/** Why no value begins at a token. */
function explainMissing(kind: TokenKind, place: Place): string {
  if (kind === 'stream-end' && place === 'flow')
    return 'Flow sequence or map must end with ] or }, and the document ends here';
  if (kind === 'document-end') return 'a document ends here that holds nothing: remove the ... before it';
  return 'a value is missing here';
}
