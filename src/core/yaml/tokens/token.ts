/** What the scanner finds in a text. The names are those of the YAML specification, shortened. */
export type TokenKind =
  | 'document-start'
  | 'document-end'
  | 'stream-end'
  | 'block-list'
  | 'block-map'
  | 'block-end'
  | 'entry'
  | 'flow-list'
  | 'flow-list-end'
  | 'flow-map'
  | 'flow-map-end'
  | 'comma'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'plain'
  | 'quoted';

/** A place where a key may begin: whether it is one shows only at the colon. */
export interface PossibleKey {
  readonly at: number;
  readonly line: number;
  readonly column: number;
  /** The number of its first token, counted from the start of the document. */
  readonly number: number;
  /** Whether nothing but a key may stand there. */
  readonly required: boolean;
  possible: boolean;
  /** Whether its token waits for the colon. go-yaml does not wait for one behind empty brackets. */
  awaited: boolean;
}

/** A token. `block-map`, `block-list` and `block-end` stand where indentation changes, and have no characters. */
export interface Token {
  readonly kind: TokenKind;
  readonly at: number;
  /** The text of a scalar, the name of an anchor or alias, or a tag in full; else empty. */
  readonly text: string;
  /** The key that it may begin. */
  readonly key: PossibleKey | undefined;
}
