/** Where a view is drawn; `process.stdout` is one. */
export interface ViewOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Something that changes while a person looks: a picture that is drawn in place on a terminal, else a list of news. */
export class LiveView {
  readonly #output: ViewOutput;
  #told = 0;
  #height = 0;

  constructor(output: ViewOutput) {
    this.#output = output;
  }

  /**
   * Shows how it is now.
   * @param picture the whole, for a terminal
   * @param news everything that happened so far, for all else: what is new is printed
   */
  show(picture: readonly string[], news: readonly string[]): void {
    if (this.#isInPlace(picture)) this.#draw(picture);
    else this.#tell(news);
  }

  /** Ends it: whoever had only the news gets the picture once. */
  end(picture: readonly string[]): void {
    if (!this.#isInPlace(picture)) this.#output.write(`${picture.join('\n')}\n`);
  }

  /** A picture that is higher than the terminal cannot be drawn over. */
  #isInPlace(picture: readonly string[]): boolean {
    const { isTTY = false, rows = 0 } = this.#output;
    return isTTY && this.#told === 0 && picture.length < rows;
  }

  #draw(picture: readonly string[]): void {
    const up = this.#height === 0 ? '' : `\u001B[${this.#height}A`;
    const { columns = 80 } = this.#output;
    const lines = picture.map((line) => `${cut(line, columns - 1)}\u001B[K\n`);
    this.#output.write(`${up}${lines.join('')}\u001B[J`);
    this.#height = picture.length;
  }

  #tell(news: readonly string[]): void {
    for (const line of news.slice(this.#told)) this.#output.write(`${line}\n`);
    this.#told = news.length;
  }
}

/** A line that would wrap would be one more than was counted. */
function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
