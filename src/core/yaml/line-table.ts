/** Finds the line and column of an offset in a text. Lines end with a line feed, as editors count them. */
export class LineTable {
  readonly #text: string;
  /** The offsets at which lines begin. They are found when the first place is asked for. */
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Names a place for people: `line 3, column 6`. Both are counted from 1, columns in UTF-16 units. */
  describe(at: number): string {
    this.#starts ??= findLines(this.#text);
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return `line ${low + 1}, column ${at - (this.#starts[low] ?? 0) + 1}`;
  }
}

function findLines(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
