import { ClusterError } from '../../ports/cluster.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST_START = 0x5b;

/** What the bytes that are read now belong to: an item, what stands between two items, or the rest of the list. */
type Piece = 'item' | 'between' | 'rest';

/**
 * Splits the JSON of a Kubernetes list into its items while it arrives. It holds one item at a time: a page of 500
 * objects may have 700 MB, and whoever may write objects decides how large they are.
 */
export class ListSplitter {
  readonly #maxBytes: number;
  #chunk: Buffer = Buffer.alloc(0);
  /** Where the present piece begins in the present chunk. */
  #from = 0;
  #piece: Piece = 'rest';
  /** What earlier chunks had of the present item. */
  #itemParts: Buffer[] = [];
  #itemBytes = 0;
  readonly #restParts: Buffer[] = [];
  #restBytes = 0;
  /** How many brackets are open: one in the list itself, two in its `items`. */
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** The last text right within the list: the name of the field that follows. */
  #field = '';

  /** @param maxBytes the largest item, in bytes; a larger one throws a ClusterError with reason TooLarge. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes, and answers the JSON of the items that end in them. */
  take(chunk: Buffer): string[] {
    this.#chunk = chunk;
    this.#from = 0;
    const items: string[] = [];
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inText) at = this.#endOfText(at);
      else if (byte === QUOTE) this.#startText();
      else if (byte === 0x7b || byte === LIST_START) this.#open(byte, at);
      else if (byte === 0x7d || byte === 0x5d) this.#close(at, items);
    }
    this.#store(chunk.length);
    return items;
  }

  /** The JSON of the list without its items. Call it when everything is taken. */
  rest(): string {
    return Buffer.concat(this.#restParts).toString('utf8');
  }

  #startText(): void {
    this.#inText = true;
    if (this.#depth === 1) this.#field = '';
  }

  /** Where the text that goes on at `at` ends: at its quote, or with the chunk. */
  #endOfText(at: number): number {
    const chunk = this.#chunk;
    const start = at;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inText = false;
        break;
      }
    }
    if (this.#depth === 1) this.#field += chunk.toString('latin1', start, Math.min(at, start + 64));
    return at;
  }

  #open(byte: number, at: number): void {
    this.#depth++;
    if (this.#piece === 'between') this.#begin('item', at);
    else if (this.#depth === 2 && byte === LIST_START && this.#field === 'items')
      this.#begin('between', at + 1);
  }

  #close(at: number, items: string[]): void {
    this.#depth--;
    if (this.#piece === 'item' && this.#depth === 2) {
      this.#begin('between', at + 1);
      items.push(Buffer.concat(this.#itemParts).toString('utf8'));
      this.#itemParts = [];
      this.#itemBytes = 0;
    } else if (this.#piece === 'between') this.#begin('rest', at);
  }

  #begin(piece: Piece, at: number): void {
    this.#store(at);
    this.#piece = piece;
    this.#from = at;
  }

  /** Stores the present piece up to `end`. */
  #store(end: number): void {
    if (this.#piece === 'between' || end === this.#from) return;
    const part = this.#chunk.subarray(this.#from, end);
    if (this.#piece === 'item') {
      this.#itemParts.push(part);
      this.#itemBytes += part.length;
    } else {
      this.#restParts.push(part);
      this.#restBytes += part.length;
    }
    if (Math.max(this.#itemBytes, this.#restBytes) > this.#maxBytes)
      throw new ClusterError(
        'TooLarge',
        `the API server sent more than ${this.#maxBytes} bytes in one object`,
      );
  }
}
