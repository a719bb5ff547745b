/** Where a view is drawn; `process.stdout` is one. */
export interface ViewOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Shows something that changes: a picture that is redrawn in place on a terminal, else a list of news. */
export class LiveView {
  readonly #output: ViewOutput;
  #printed = 0;
  #height = 0;

  constructor(output: ViewOutput) {
    this.#output = output;
  }

  /**
   * Shows the current state.
   * @param picture the whole picture, for a terminal
   * @param news everything that has happened so far, for other outputs: lines that are new are printed
   */
  show(picture: readonly string[], news: readonly string[]): void {
    if (this.#isInPlace(picture)) this.#draw(picture);
    else this.#print(news);
  }

  /** Ends the view. An output that got only the news gets the picture once. */
  end(picture: readonly string[]): void {
    if (!this.#isInPlace(picture)) this.#output.write(`${picture.join('\n')}\n`);
  }

  /** Whether the picture can be redrawn: it must not be higher than the terminal. */
  #isInPlace(picture: readonly string[]): boolean {
    const { isTTY = false, rows = 0 } = this.#output;
    return isTTY && this.#printed === 0 && picture.length < rows;
  }

  #draw(picture: readonly string[]): void {
    const up = this.#height === 0 ? '' : `\u001B[${this.#height}A`;
    const { columns = 80 } = this.#output;
    const lines = picture.map((line) => `${cut(line, columns - 1)}\u001B[K\n`);
    this.#output.write(`${up}${lines.join('')}\u001B[J`);
    this.#height = picture.length;
  }

  #print(news: readonly string[]): void {
    for (const line of news.slice(this.#printed)) this.#output.write(`${line}\n`);
    this.#printed = news.length;
  }
}

/** Cuts a line that would wrap, because the height counts it as one line. */
function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
