/** A place in a text. Both are counted from 1; columns in UTF-16 units, as editors count them. */
export interface Place {
  line: number;
  column: number;
}

/** The mark that a text may begin with. It has no width, and no editor counts it. */
const BYTE_ORDER_MARK = '\ufeff';

/** Finds the line and column of an offset in a text. Lines end with a line feed, as editors count them. */
export class LineTable {
  readonly #text: string;
  /** The offsets at which lines begin. They are found when the first place is asked for. */
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The place of an offset. */
  find(at: number): Place {
    this.#starts ??= findLines(this.#text);
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, at - (this.#starts[low] ?? 0)) + 1 };
  }

  /** Names a place for people: `line 3, column 6`. */
  describe(at: number): string {
    return describePlace(this.find(at));
  }
}

/** Names a place for people: `line 3, column 6`. */
export function describePlace({ line, column }: Place): string {
  return `line ${line}, column ${column}`;
}

function findLines(text: string): number[] {
  const starts = [text.startsWith(BYTE_ORDER_MARK) ? 1 : 0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
